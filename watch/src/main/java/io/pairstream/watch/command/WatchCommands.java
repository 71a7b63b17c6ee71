package io.pairstream.watch.command;

import io.pairstream.cli.CommandModule;
import java.util.List;

/// This module's commands.
public final class WatchCommands implements CommandModule {
  @Override
  public List<Entry> commands() {
    return List.of(new Entry(Section.LOOK, VerifyCommand.class));
  }
}
