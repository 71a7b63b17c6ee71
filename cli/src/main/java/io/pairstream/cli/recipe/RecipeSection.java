package io.pairstream.cli.recipe;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A part of a recipe, by the commands that take their options from it.
public enum RecipeSection {
  TRAIN("run", "produce", "augment", "train"),
  EVALUATE("evaluate");

  private final List<String> commands;

  RecipeSection(String... commands) {
    this.commands = List.of(commands);
  }

  /// The commands, each of which takes the options that it knows.
  public List<String> commands() {
    return commands;
  }

  /// As a recipe has it: `[train]`.
  public String text() {
    return "[" + name().toLowerCase(Locale.ROOT) + "]";
  }

  /// The section of a command, if it takes a recipe.
  public static Optional<RecipeSection> of(String command) {
    return Arrays.stream(values()).filter(it -> it.commands.contains(command)).findFirst();
  }

  /// The section that begins with a line such as `[train]`.
  static Optional<RecipeSection> parse(String line) {
    return Arrays.stream(values()).filter(it -> it.text().equals(line)).findFirst();
  }

  /// All of them, for a sentence.
  static String all() {
    return Arrays.stream(values()).map(RecipeSection::text).collect(Collectors.joining(" or "));
  }
}
