package io.pairstream.augmenter.command;

import io.pairstream.cli.CommandModule;
import java.util.List;

/// This module's commands.
public final class AugmenterCommands implements CommandModule {
  @Override
  public List<Entry> commands() {
    return List.of(new Entry(Section.SERVICE, AugmentCommand.class));
  }
}
