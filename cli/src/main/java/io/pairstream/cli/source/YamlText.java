package io.pairstream.cli.source;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Options as YAML.
public final class YamlText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9./+-][A-Za-z0-9_./+()=-]*");
  private static final Set<String> NOTHING = Set.of("null", "Null", "NULL");

  private YamlText() {}

  /// An option and its value, in one line.
  ///
  /// @param option with its dashes
  /// @param values more than one become a list; none is a flag that is set
  public static String entry(String option, List<String> values) {
    String value =
        switch (values.size()) {
          case 0 -> "true";
          case 1 -> scalar(values.getFirst());
          default ->
              values.stream().map(YamlText::scalar).collect(Collectors.joining(", ", "[", "]"));
        };
    return option.substring(OptionFileReader.DASHES.length()) + ": " + value;
  }

  private static String scalar(String text) {
    if (PLAIN.matcher(text).matches() && !NOTHING.contains(text) && !text.matches("[-.]+")) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            quoted.append('\\').appendCodePoint(c);
          } else if (c < ' ' || c == 0x7f) {
            quoted.append(String.format("\\x%02x", c));
          } else {
            quoted.appendCodePoint(c);
          }
        });
    return quoted.append('"').toString();
  }
}
