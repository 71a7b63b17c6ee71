package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import java.util.Arrays;
import org.assertj.core.data.Offset;

/// A tensor as the golden files tell it: shape, L2 norm, sum, sum of magnitudes, the first 8 and
/// the last 4 values.
record Summary(
    long[] shape, double norm, double sum, double magnitudes, double[] first, double[] last) {
  private static final int FIRST = 8;
  private static final int LAST = 4;

  static Summary of(NDArray array) {
    double[] values = array.toType(DataType.FLOAT64, false).toDoubleArray();
    double squares = 0;
    double sum = 0;
    double magnitudes = 0;
    for (double value : values) {
      squares += value * value;
      sum += value;
      magnitudes += Math.abs(value);
    }
    return new Summary(
        array.getShape().getShape(),
        Math.sqrt(squares),
        sum,
        magnitudes,
        Arrays.copyOf(values, Math.min(FIRST, values.length)),
        Arrays.copyOfRange(values, Math.max(0, values.length - LAST), values.length));
  }

  /// The same numbers under another shape.
  Summary shaped(long... other) {
    return new Summary(other, norm, sum, magnitudes, first, last);
  }

  /// The sharp test of a float64 run: norm and abssum within 1e-6 relative, the sum within 1e-6 of
  /// abssum, values within 1e-6 of the larger of themselves and norm/√n.
  void assertEqualTo(JsonNode golden, String name) {
    double norm = golden.get("norm").asDouble();
    double abssum = golden.get("abssum").asDouble();
    within(norm(), norm, 1e-6 * norm, "norm of " + name);
    within(magnitudes, abssum, 1e-6 * abssum, "abssum of " + name);
    within(sum, golden.get("sum").asDouble(), 1e-6 * abssum, "sum of " + name);
    double usual = norm / Math.sqrt(size());
    assertValues(golden, name, want -> 1e-6 * Math.max(Math.abs(want), usual));
  }

  /// Shape, and the first and last values within an absolute tolerance.
  void assertCloseTo(JsonNode golden, double tolerance, String name) {
    assertValues(golden, name, _ -> tolerance);
  }

  private void assertValues(
      JsonNode golden, String name, java.util.function.DoubleUnaryOperator tolerance) {
    assertThat(shape)
        .as("shape of %s", name)
        .isEqualTo(Arrays.stream(Golden.ints(golden.get("shape"))).asLongStream().toArray());
    assertValues(first, Golden.doubles(golden.get("first")), tolerance, name + ", first");
    assertValues(last, Golden.doubles(golden.get("last")), tolerance, name + ", last");
  }

  private static void assertValues(
      double[] ours, double[] want, java.util.function.DoubleUnaryOperator tolerance, String name) {
    assertThat(ours).as(name).hasSameSizeAs(want);
    for (int i = 0; i < want.length; i++) {
      within(ours[i], want[i], tolerance.applyAsDouble(want[i]), name + " " + i);
    }
  }

  private long size() {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  static void within(double actual, double want, double tolerance, String name) {
    assertThat(actual).as(name).isCloseTo(want, Offset.offset(Math.max(tolerance, 1e-300)));
  }
}
