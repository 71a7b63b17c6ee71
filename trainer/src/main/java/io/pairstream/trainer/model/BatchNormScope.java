package io.pairstream.trainer.model;

import java.util.Locale;

/// Over which rows of a training batch the statistics of batch normalisation are taken.
public enum BatchNormScope {
  /// All rows together, originals and augmented.
  JOINT,
  /// The first half of the rows and the second half each for itself; running statistics follow the
  /// first half, the originals. What two-GPU DataParallel makes of a concatenated pair.
  PER_HALF;

  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static BatchNormScope parse(String text) {
    for (BatchNormScope scope : values()) {
      if (scope.text().equals(text)) {
        return scope;
      }
    }
    throw new IllegalArgumentException("batch norm '" + text + "' is not joint or per-half");
  }
}
