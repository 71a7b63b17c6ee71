package io.pairstream.local.command;

import io.pairstream.cli.CommandModule;
import java.util.List;

/// This module's commands.
public final class LocalCommands implements CommandModule {
  @Override
  public List<Entry> commands() {
    return List.of(
        new Entry(Section.MACHINE, DemoCommand.class),
        new Entry(Section.MACHINE, RunCommand.class),
        new Entry(Section.LOOK, EvaluateCommand.class),
        new Entry(Section.LOOK, DatasetCommand.class),
        new Entry(Section.LOOK, ShowCommand.class),
        new Entry(Section.TOOL, DoctorCommand.class),
        new Entry(Section.TOOL, DrawCommand.class),
        new Entry(Section.TOOL, ProbeCommand.class));
  }
}
