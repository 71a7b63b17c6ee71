package io.pairstream.cli.source;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A part of a file of options that several commands read.
public enum OptionSection {
  TRAIN("run", "produce", "augment", "train"),
  EVALUATE("evaluate");

  private final List<String> commands;

  OptionSection(String... commands) {
    this.commands = List.of(commands);
  }

  /// The commands, each of which takes the options that it knows.
  public List<String> commands() {
    return commands;
  }

  /// Its name in a file: `train`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The section of a command, if it has one.
  public static Optional<OptionSection> of(String command) {
    return Arrays.stream(values()).filter(it -> it.commands.contains(command)).findFirst();
  }

  /// The section of a name, if it is one.
  static Optional<OptionSection> parse(String text) {
    return Arrays.stream(values()).filter(it -> it.text().equals(text)).findFirst();
  }

  /// All of them, for a sentence.
  static String all() {
    return Arrays.stream(values()).map(OptionSection::text).collect(Collectors.joining(" or "));
  }
}
