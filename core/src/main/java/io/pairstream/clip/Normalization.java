package io.pairstream.clip;

import io.pairstream.config.OptionException;
import java.util.List;
import java.util.function.Predicate;

/// Per-channel statistics in RGB order on the [0,1] scale: `n = (u/255 − mean) / std`.
public record Normalization(List<Float> mean, List<Float> std) {
  /// The statistics of ImageNet, which the MCA authors use for TSM.
  public static final Normalization IMAGENET =
      new Normalization(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || std.size() != 3) {
      throw new IllegalArgumentException("mean and std need 3 channels, not " + mean + " " + std);
    }
    for (float m : mean) {
      if (!Float.isFinite(m)) {
        throw new IllegalArgumentException("mean " + mean + " is not finite");
      }
    }
    for (float s : std) {
      if (!Float.isFinite(s) || s <= 0) {
        throw new IllegalArgumentException("std " + std + " is not positive");
      }
    }
  }

  /// What options say, where a value on the scale 0 to 255 is a mistake.
  ///
  /// @throws OptionException if a mean is outside [0,1] or a deviation outside (0,1]
  public static Normalization ofOptions(List<Float> mean, List<Float> std) {
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
