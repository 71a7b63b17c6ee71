package io.pairstream.augment;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoublePredicate;
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
    return number(
        name, otherwise, number -> number > 0 && Double.isFinite(number), "a number above 0");
  }

  /// A number of a closed range.
  ///
  /// @param otherwise what an absent parameter means
  public double within(String name, double otherwise, double least, double most) {
    String range = "a number from " + canonical(least) + " to " + canonical(most);
    return number(name, otherwise, number -> number >= least && number <= most, range);
  }

  /// A number that a float can hold.
  ///
  /// @param otherwise what an absent parameter means
  public double single(String name, double otherwise) {
    return number(name, otherwise, number -> Float.isFinite((float) number), "a number");
  }

  /// A whole number of a closed range.
  ///
  /// @param otherwise what an absent parameter means
  public int whole(String name, int otherwise, int least, int most) {
    String range = "a whole number from " + least + " to " + most;
    return (int)
        number(
            name,
            otherwise,
            number -> number >= least && number <= most && number == Math.rint(number),
            range);
  }

  /// One of some words.
  ///
  /// @param otherwise what an absent parameter means
  public String word(String name, String otherwise, String... allowed) {
    Value value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!Arrays.asList(allowed).contains(value.text())) {
      throw not(name, value, "one of " + String.join(", ", allowed), null);
    }
    return value.text();
  }

  /// The text of a parameter that may be of several kinds, if it is there.
  public java.util.Optional<String> given(String name) {
    return java.util.Optional.ofNullable(values.get(name)).map(Value::text);
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

  /// The canonical text of an augmentation: `text("swapmix", "beta", 1)` is `swapmix(beta=1)`.
  ///
  /// @param parameters names and values in turn; a value is a number or a word
  public static String text(String name, Object... parameters) {
    StringBuilder text = new StringBuilder(name).append('(');
    for (int i = 0; i < parameters.length; i += 2) {
      Object value = parameters[i + 1];
      text.append(i == 0 ? "" : ",")
          .append(parameters[i])
          .append('=')
          .append(value instanceof Number number ? canonical(number.doubleValue()) : value);
    }
    return text.append(')').toString();
  }

  /// A number as canonical texts write it: `1`, `0.2`, `1.0E-5`.
  public static String canonical(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e9
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  private double number(String name, double otherwise, DoublePredicate allowed, String what) {
    Value value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      double number = Double.parseDouble(value.text());
      if (allowed.test(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw not(name, value, what, e);
    }
    throw not(name, value, what, null);
  }

  private IllegalArgumentException not(
      String name, Value value, String what, @Nullable Throwable cause) {
    return wrong(value.position(), name + " is '" + value.text() + "', not " + what, cause);
  }

  private IllegalArgumentException wrong(int position, String what, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "augmentation '" + text + "', position " + position + ": " + what, cause);
  }
}
