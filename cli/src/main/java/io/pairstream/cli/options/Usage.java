package io.pairstream.cli.options;

import io.pairstream.config.OptionException;
import io.pairstream.ops.ServiceException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Turns what the command line says into values, and a value's refusal into a usage error.
public final class Usage {
  private Usage() {}

  /// Makes a value whose constructor checks what it is given.
  ///
  /// @throws ServiceException (2) with the constructor's sentence
  public static <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw ServiceException.usage(String.valueOf(e.getMessage()), e);
    }
  }

  /// Makes a value of one option, which is named where the value cannot be.
  ///
  /// @throws ServiceException (2) with the option and the constructor's sentence
  public static <T> T checked(String option, Supplier<T> value) {
    return checked(() -> {
      try {
        return value.get();
      } catch (IllegalArgumentException e) {
        throw OptionException.of(option, e);
      }
    });
  }

  /// A whole number that has a least value.
  ///
  /// @throws ServiceException (2) if it is less
  public static int atLeast(String option, int value, int least) {
    return Math.toIntExact(atLeast(option, (long) value, least));
  }

  /// The same of a larger number.
  public static long atLeast(String option, long value, long least) {
    return checked(() -> {
      OptionException.requireAtLeast(option, value, least);
      return value;
    });
  }

  /// The value of an option that is required.
  public static <T> T given(String option, @Nullable T value) {
    if (value == null) {
      throw ServiceException.usage("option " + option + " is missing");
    }
    return value;
  }
}
