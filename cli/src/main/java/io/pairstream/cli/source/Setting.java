package io.pairstream.cli.source;

import java.util.List;

/// An option with its value, as a file of options has it.
///
/// @param option such as `--learning-rate`
/// @param values one, or the elements of a list; a flag's is `true` or `false`
/// @param comments the lines above it that say why, without `#`
/// @param place for messages: file and line
public record Setting(String option, List<String> values, List<String> comments, String place) {
  public Setting {
    values = List.copyOf(values);
    comments = List.copyOf(comments);
  }

  /// As the command line has it.
  ///
  /// @param separator between the elements of a list
  public String text(String separator) {
    return String.join(separator, values);
  }

  /// As a file of options has it.
  String line() {
    return YamlText.entry(option, values);
  }
}
