package io.pairstream.broker.command;

import io.pairstream.cli.CommandModule;
import java.util.List;

/// This module's commands.
public final class BrokerCommands implements CommandModule {
  @Override
  public List<Entry> commands() {
    return List.of(new Entry(Section.SERVICE, BrokerCommand.class));
  }
}
