package io.pairstream.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/// One measured number beside its ceiling, both from one run.
///
/// @param name fixed: other programs look for it
/// @param value higher is better
/// @param ceilingName what bounds it
/// @param ceiling in the same unit
public record Row(String name, double value, String unit, String ceilingName, double ceiling) {
  /// Value over ceiling.
  public double ratio() {
    return value / ceiling;
  }

  void addTo(ObjectNode json) {
    json.put("name", name)
        .put("value", value)
        .put("unit", unit)
        .put("ceilingName", ceilingName)
        .put("ceiling", ceiling)
        .put("ratio", ratio());
  }

  /// A line of the table.
  @Override
  public String toString() {
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
