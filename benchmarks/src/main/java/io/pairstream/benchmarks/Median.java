package io.pairstream.benchmarks;

import java.util.List;

/// The middle one of some measurements.
public final class Median {
  private Median() {}

  /// Of an even number, the mean of the two in the middle.
  public static double of(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
