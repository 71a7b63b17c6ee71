package io.pairstream.local.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// Lays out the progress of all services for a terminal's width: a line each, columns aligned. What
/// does not fit is left out, the least important first.
final class ProgressTable {
  private static final int SHORTEST_BAR = 6;
  private static final int LONGEST_BAR = 24;
  private static final int SHORTEST_NAME = 6;
  private static final String GAP = "  ";

  /// A service.
  ///
  /// @param name its instance
  /// @param share of its work that is done, in [0,1]; empty while that is not known
  /// @param parts what there is to say, the most important first; one that says nothing is empty
  record Row(String name, OptionalDouble share, List<String> parts) {
    Row {
      parts = List.copyOf(parts);
    }
  }

  private ProgressTable() {}

  /// The lines; none is longer than one less than the width: in the last column terminals differ in
  /// whether they begin another line.
  ///
  /// @param columns of the terminal
  /// @param rows with equally many parts
  static List<String> lines(int columns, List<Row> rows) {
    int room = Math.max(1, columns - 1);
    int name = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    name = Math.min(name, Math.max(SHORTEST_NAME, room / 3));
    int share = " 100 %".length();
    int left = room - name - share;
    List<Integer> widths = new ArrayList<>();
    int parts = rows.isEmpty() ? 0 : rows.getFirst().parts().size();
    for (int part = 0; part < parts; part++) {
      int column = part;
      int width = rows.stream().mapToInt(row -> row.parts().get(column).length()).max().orElse(0);
      boolean fits = width > 0 && left >= width + GAP.length();
      // The bar goes before all but the phase: a number says the same.
      boolean kept = fits && (part == 0 || left - width - GAP.length() >= SHORTEST_BAR + 3);
      widths.add(kept ? width : 0);
      left -= kept ? width + GAP.length() : 0;
    }
    int bar = left < SHORTEST_BAR + 3 ? 0 : Math.min(LONGEST_BAR, left - 3);
    List<String> lines = new ArrayList<>();
    for (Row row : rows) {
      lines.add(line(row, name, bar, widths, room));
    }
    return lines;
  }

  private static String line(Row row, int name, int bar, List<Integer> widths, int room) {
    StringBuilder line = new StringBuilder(padded(brief(row.name(), name), name));
    if (bar > 0) {
      line.append(' ').append(bar(row.share(), bar));
    }
    line.append(
        row.share().isPresent()
            ? String.format(" %3d %%", (int) (100 * row.share().getAsDouble()))
            : "      ");
    for (int part = 0; part < widths.size(); part++) {
      if (widths.get(part) > 0) {
        line.append(GAP).append(padded(row.parts().get(part), widths.get(part)));
      }
    }
    String whole = line.toString().stripTrailing();
    return whole.substring(0, Math.min(whole.length(), room));
  }

  /// `[####····]`.
  private static String bar(OptionalDouble share, int width) {
    int full = (int) Math.clamp(Math.round(share.orElse(0) * width), 0, width);
    return "[" + "#".repeat(full) + "-".repeat(width - full) + "]";
  }

  private static String brief(String name, int width) {
    return name.length() <= width ? name : name.substring(0, width - 1) + "~";
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
