package io.pairstream.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One measured number beside its ceiling, both from one run.
///
/// @param name fixed: other programs look for it
/// @param value higher is better
/// @param ceilingName what bounds it
/// @param ceiling in the same unit
public record Row(String name, double value, String unit, String ceilingName, double ceiling) {
  private static final String UNSUPPORTED = "unsupported";

  /// A row that this machine cannot measure: its numbers are absent, its unit is `unsupported`.
  ///
  /// @param reason in the place of the ceiling's name
  public static Row unsupported(String name, String reason) {
    return new Row(name, Double.NaN, UNSUPPORTED, reason, Double.NaN);
  }

  /// Value over ceiling.
  public double ratio() {
    return value / ceiling;
  }

  void addTo(ObjectNode json) {
    json.put("name", name)
        .put("value", present(value))
        .put("unit", unit)
        .put("ceilingName", ceilingName)
        .put("ceiling", present(ceiling))
        .put("ratio", present(ratio()));
  }

  private static @Nullable Double present(double number) {
    return Double.isNaN(number) ? null : number;
  }

  /// A line of the table.
  @Override
  public String toString() {
    if (unit.equals(UNSUPPORTED)) {
      return String.format(Locale.ROOT, "%-28s unsupported: %s", name, ceilingName);
    }
    return String.format(
        Locale.ROOT,
        "%-28s %10.2f %-14s %5.2f of %s (%.2f)",
        name,
        value,
        unit,
        ratio(),
        ceilingName,
        ceiling);
  }
}
