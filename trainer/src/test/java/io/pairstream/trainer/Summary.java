package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import java.util.Arrays;

/// A tensor as the golden files tell it: shape, L2 norm, sum, sum of magnitudes, the first 8 and
/// the last 4 values.
record Summary(long[] shape, double[] values) {
  static Summary of(NDArray array) {
    return new Summary(
        array.getShape().getShape(), array.toType(DataType.FLOAT64, false).toDoubleArray());
  }

  double norm() {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  /// The sharp test of a float64 run: norm and abssum within 1e-6 relative, the sum within 1e-6 of
  /// abssum, values within 1e-6 of the larger of themselves and norm/√n.
  void assertEqualTo(JsonNode golden, String name) {
    assertThat(shape).as("shape of %s", name).isEqualTo(longs(golden.get("shape")));
    double norm = golden.get("norm").asDouble();
    double abssum = golden.get("abssum").asDouble();
    within(norm(), norm, 1e-6 * norm, "norm of " + name);
    double magnitudes = Arrays.stream(values).map(Math::abs).sum();
    within(magnitudes, abssum, 1e-6 * abssum, "abssum of " + name);
    double sum = Arrays.stream(values).sum();
    within(sum, golden.get("sum").asDouble(), 1e-6 * abssum, "sum of " + name);
    double[] first = Golden.doubles(golden.get("first"));
    double[] last = Golden.doubles(golden.get("last"));
    double usual = norm / Math.sqrt(values.length);
    for (int i = 0; i < first.length; i++) {
      double tolerance = 1e-6 * Math.max(Math.abs(first[i]), usual);
      within(values[i], first[i], tolerance, name + "[" + i + "]");
    }
    for (int i = 0; i < last.length; i++) {
      int at = values.length - last.length + i;
      double tolerance = 1e-6 * Math.max(Math.abs(last[i]), usual);
      within(values[at], last[i], tolerance, name + "[" + at + "]");
    }
  }

  /// The first and last values within an absolute tolerance, for float32 runs.
  void assertCloseTo(JsonNode golden, double tolerance, String name) {
    assertThat(shape).as("shape of %s", name).isEqualTo(longs(golden.get("shape")));
    double[] first = Golden.doubles(golden.get("first"));
    for (int i = 0; i < first.length; i++) {
      within(values[i], first[i], tolerance, name + "[" + i + "]");
    }
  }

  static void within(double actual, double want, double tolerance, String name) {
    assertThat(actual)
        .as(name)
        .isCloseTo(want, org.assertj.core.data.Offset.offset(Math.max(tolerance, 1e-300)));
  }

  private static long[] longs(JsonNode array) {
    return Arrays.stream(Golden.ints(array)).asLongStream().toArray();
  }
}
