package io.pairstream.watch.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A table of accuracies: a row a test set, a column a model.
///
/// @param models names of the columns
/// @param rows the test sets in order
public record Comparison(List<String> models, List<Row> rows) {

  /// The accuracies on one test set.
  ///
  /// @param set what the set is, for people
  /// @param top1 of each model, in [0,1]
  public record Row(String set, List<Double> top1) {
    public Row {
      top1 = List.copyOf(top1);
    }
  }

  public Comparison {
    models = List.copyOf(models);
    rows = List.copyOf(rows);
    for (Row row : rows) {
      if (row.top1().size() != models.size()) {
        throw new IllegalArgumentException(row + " for models " + models);
      }
    }
  }

  /// The table as lines of text, columns aligned, accuracies in percent.
  public List<String> lines() {
    int first = rows.stream().mapToInt(row -> row.set().length()).max().orElse(0);
    int other = Math.max(8, models.stream().mapToInt(String::length).max().orElse(0));
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder(" ".repeat(first));
    for (String model : models) {
      head.append("  ").append(" ".repeat(other - model.length())).append(model);
    }
    lines.add(head.toString());
    for (Row row : rows) {
      StringBuilder line = new StringBuilder(row.set());
      line.append(" ".repeat(first - row.set().length()));
      for (double value : row.top1()) {
        String text = percent(value);
        line.append("  ").append(" ".repeat(other - text.length())).append(text);
      }
      lines.add(line.toString());
    }
    return lines;
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
