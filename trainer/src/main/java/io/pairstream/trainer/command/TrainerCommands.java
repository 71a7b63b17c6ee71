package io.pairstream.trainer.command;

import io.pairstream.cli.CommandModule;
import java.util.List;

/// This module's commands.
public final class TrainerCommands implements CommandModule {
  @Override
  public List<Entry> commands() {
    return List.of(
        new Entry(Section.SERVICE, TrainCommand.class),
        new Entry(Section.LOOK, WeightsCommand.class));
  }
}
