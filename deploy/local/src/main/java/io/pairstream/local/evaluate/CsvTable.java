package io.pairstream.local.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// A table as comma-separated values (RFC 4180, with line feeds).
final class CsvTable {
  private final List<String> lines = new ArrayList<>();

  /// @param columns their names
  CsvTable(String... columns) {
    row((Object[]) columns);
  }

  /// Adds a row; what is no number is left empty.
  void row(Object... cells) {
    lines.add(Arrays.stream(cells).map(CsvTable::cell).collect(Collectors.joining(",")));
  }

  private static String cell(Object value) {
    if (value instanceof Double number && number.isNaN()) {
      return "";
    }
    String text = String.valueOf(value);
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  void write(Path file) throws IOException {
    Files.write(file, lines);
  }
}
