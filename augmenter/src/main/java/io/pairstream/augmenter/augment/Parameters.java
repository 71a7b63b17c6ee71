package io.pairstream.augmenter.augment;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The parameters of one augmentation in a text: `beta=1` in `swapmix(beta=1)`. Every error says
/// which parameter it is and at which position of the text.
///
/// @param text the whole text, for messages
/// @param values by name
public record Parameters(String text, SortedMap<String, Value> values) {
  /// @param namePosition where the parameter's name begins in the whole text, from 1
  /// @param position where the value begins
  public record Value(String text, int namePosition, int position) {}

  public Parameters {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /// A finite number above 0.
  ///
  /// @param otherwise what an absent parameter means
  public double positive(String name, double otherwise) {
    Value value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      double number = Double.parseDouble(value.text());
      if (number > 0 && Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw notPositive(name, value, e);
    }
    throw notPositive(name, value, null);
  }

  /// Fails if there are other parameters than these.
  public void requireOnly(String... names) {
    for (Map.Entry<String, Value> entry : values.entrySet()) {
      if (!List.of(names).contains(entry.getKey())) {
        throw wrong(
            entry.getValue().namePosition(),
            "parameter '"
                + entry.getKey()
                + "' is unknown; known: "
                + (names.length == 0 ? "none" : String.join(", ", names)),
            null);
      }
    }
  }

  /// A number as canonical texts write it: `1`, `0.2`, `1.0E-5`.
  public static String canonical(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e9
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  private IllegalArgumentException notPositive(
      String name, Value value, @Nullable Throwable cause) {
    return wrong(
        value.position(), name + " is '" + value.text() + "', not a number above 0", cause);
  }

  private IllegalArgumentException wrong(int position, String what, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "augmentation '" + text + "', position " + position + ": " + what, cause);
  }
}
