package io.pairstream.producer.command;

import io.pairstream.cli.CommandModule;
import java.util.List;

/// This module's commands.
public final class ProducerCommands implements CommandModule {
  @Override
  public List<Entry> commands() {
    return List.of(
        new Entry(Section.SERVICE, ProduceCommand.class),
        new Entry(Section.TOOL, ProduceViewsCommand.class),
        new Entry(Section.TOOL, DecodeClipCommand.class));
  }
}
