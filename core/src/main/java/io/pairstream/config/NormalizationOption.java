package io.pairstream.config;

import io.pairstream.clip.Normalization;
import java.util.List;
import java.util.function.Predicate;

/// Mean and standard deviation as `--mean` and `--std` say them.
public final class NormalizationOption {
  private NormalizationOption() {}

  /// The value of both, where the scale 0 to 255 is a mistake.
  ///
  /// @throws OptionException if a mean is outside [0,1] or a deviation outside (0,1]
  public static Normalization of(List<Float> mean, List<Float> std) {
    requireScale("--mean", mean, m -> m >= 0 && m <= 1, "[0,1]");
    requireScale("--std", std, s -> s > 0 && s <= 1, "(0,1]");
    return new Normalization(mean, std);
  }

  private static void requireScale(
      String option, List<Float> values, Predicate<Float> fits, String range) {
    if (values.size() != 3) {
      throw new OptionException(option, values + " needs 3 channels");
    }
    if (!values.stream().allMatch(fits)) {
      boolean bytes = values.stream().anyMatch(value -> value > 1);
      throw new OptionException(
          option,
          values
              + " is outside "
              + range
              + (bytes ? "; it looks like the scale 0 to 255: divide it by 255" : ""));
    }
  }
}
