package io.pairstream.clip;

import java.util.List;

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
}
