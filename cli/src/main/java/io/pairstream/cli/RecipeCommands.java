package io.pairstream.cli;

import java.util.List;

/// This module's commands.
public final class RecipeCommands implements CommandModule {
  @Override
  public List<Entry> commands() {
    return List.of(new Entry(Section.LOOK, RecipeCommand.class));
  }
}
