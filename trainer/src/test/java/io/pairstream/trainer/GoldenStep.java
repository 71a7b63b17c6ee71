package io.pairstream.trainer;

import static io.pairstream.trainer.Summary.within;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.trainer.GoldenFamily.Tolerances;
import io.pairstream.trainer.GoldenTraining.Trained;
import io.pairstream.trainer.loss.Targets;
import io.pairstream.trainer.model.ParameterGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a golden case tells of one training step, and whether ours is the same.
///
/// @param want the step
/// @param number of the step, from 0
record GoldenStep(GoldenTraining training, JsonNode want, int number) {
  /// Gradients below this share of the total norm may be zero in theory.
  private static final double NEGLIGIBLE = 1e-6;

  boolean has(String key) {
    return want.has(key);
  }

  void assertLogits(Trained trained) {
    assertRows(trained.logits(), want.get("train_logits"), 1e-6, "logit");
  }

  void assertLosses(Trained trained) {
    relative(trained.result().crossEntropy(), "ce", 1e-6);
    relative(trained.result().alignment(), "kl_batchmean", 1e-6);
    relative(trained.result().loss(), "total", 1e-6);
    if (has("lambda_effective")) {
      relative(training.one().alignmentWeight(), "lambda_effective", 1e-12);
    }
    if (has("kl_weighted")) {
      double weighted = training.one().alignmentWeight() * trained.result().alignment();
      relative(weighted, "kl_weighted", 1e-6);
    }
    if (has("grad_total_norm")) {
      relative(trained.gradientNorm(), "grad_total_norm", 1e-6);
    }
    if (has("grad_total_norm_before_clip")) {
      relative(trained.normBeforeClip(), "grad_total_norm_before_clip", 1e-6);
    }
  }

  void assertTargets() {
    JsonNode sparse = want.get("soft_targets_sparse");
    JsonNode spec = training.specs().get(number);
    long[] labels = GoldenCase.targets(spec);
    int classes = training.one().meta().get("classes").asInt();
    double[] expected = new double[labels.length * classes];
    Arrays.fill(expected, sparse.get("off_value").asDouble());
    for (JsonNode entry : sparse.get("entries")) {
      int at = entry.get(0).asInt() * classes + entry.get(1).asInt();
      expected[at] = entry.get(2).asDouble();
    }
    try (NDManager scope = training.one().torch().newManager()) {
      NDArray logits = scope.zeros(new Shape(2L * labels.length, classes), DataType.FLOAT64);
      Targets targets =
          training.mixing().targets(scope.create(labels), training.one().blend(spec), logits);
      assertThat(targets).isInstanceOf(Targets.Distributions.class);
      if (targets instanceof Targets.Distributions soft) {
        assertThat(soft.probabilities().toDoubleArray()).containsExactly(expected);
      }
    }
  }

  void assertRows(Trained trained) {
    JsonNode check = want.get("model_input_check");
    trained.rows().clean().assertEqualTo(check.get("clean_rows"), "clean rows");
    trained.rows().mixed().assertEqualTo(check.get("mixed_rows"), "mixed rows");
  }

  void assertGradients(Trained trained) {
    trained.gradients().assertEqualTo(want.get("grads"), negligible());
    assertThat(trained.gradients().names()).hasSize(want.get("grads").size());
  }

  void assertParameters(Trained trained) {
    Set<String> loose = training.adaptive() ? negligible() : Set.of();
    trained.parameters().assertEqualTo(want.get("params_after"), loose);
    for (String name : loose) {
      trained
          .parameters()
          .get(name)
          .assertCloseTo(want.get("params_after").get(name), bySign(), name);
    }
  }

  void assertBuffers(Trained trained) {
    trained.buffers().assertEqualTo(want.get("buffers_after"), Set.of());
  }

  /// Against the float64 numbers, within the golden README's table. The second step's row is wider:
  /// parameters differ by then.
  void assertFloat32(Trained trained) {
    Tolerances table = training.one().family().tolerances();
    if (number > 0) {
      assertRows(trained.logits(), want.get("train_logits"), table.secondLogits(), "logit");
      relative(trained.result().crossEntropy(), "ce", table.secondLoss());
      return;
    }
    double logits = table.trainLogits(training.one().height());
    assertRows(trained.logits(), want.get("train_logits"), logits, "logit");
    relative(trained.result().crossEntropy(), "ce", table.loss());
    relative(trained.result().alignment(), "kl_batchmean", table.alignment());
    relative(trained.result().loss(), "total", table.loss());
    relative(trained.gradientNorm(), "grad_total_norm", table.totalGradient());
    if (has("grads")) {
      assertGradientNorms(trained, table);
      assertParametersFollow(trained, table);
    }
    if (has("buffers_after")) {
      want.get("buffers_after")
          .properties()
          .forEach(buffer ->
              trained
                  .buffers()
                  .get(buffer.getKey())
                  .assertCloseTo(buffer.getValue(), Tolerances.BUFFERS, buffer.getKey()));
    }
  }

  private void assertGradientNorms(Trained trained, Tolerances table) {
    Set<String> negligible = negligible();
    List<Double> errors = new ArrayList<>();
    want.get("grads")
        .properties()
        .forEach(gradient -> {
          if (!negligible.contains(gradient.getKey())) {
            double norm = gradient.getValue().get("norm").asDouble();
            double ours = trained.gradients().get(gradient.getKey()).norm();
            errors.add(Math.abs(ours - norm) / norm);
          }
        });
    errors.sort(null);
    assertThat(errors.getLast()).as("worst gradient").isLessThan(table.worstGradient());
    assertThat(errors.get(errors.size() / 2))
        .as("median gradient")
        .isLessThan(table.medianGradient());
  }

  /// A parameter is as far off as its gradient was, times the rate; AdamW's may go the other way.
  private void assertParametersFollow(Trained trained, Tolerances table) {
    double nesterov = training.adaptive() || !training.nesterov() ? 0 : training.momentum();
    for (ParameterGroup group : trained.groups()) {
      double rate = training.rate() * group.rateMultiplier() * (1 + nesterov);
      for (String name : group.parameters()) {
        JsonNode parameter = want.get("params_after").get(name);
        double gradient = want.get("grads").get(name).get("norm").asDouble();
        double moved = training.adaptive() ? bySign() : rate * table.worstGradient() * gradient;
        // Values themselves are rounded to float32.
        trained.parameters().get(name).assertCloseTo(parameter, moved + 1e-6, name);
      }
    }
  }

  /// How far elements may differ whose gradients are so small that their signs do.
  private double bySign() {
    return 2 * training.rate() * (number + 1);
  }

  private Set<String> negligible() {
    Set<String> names = new HashSet<>();
    JsonNode gradients = want.path("grads");
    double squares = 0;
    for (JsonNode gradient : gradients) {
      squares += Math.pow(gradient.get("norm").asDouble(), 2);
    }
    double bound = NEGLIGIBLE * Math.sqrt(squares);
    gradients
        .properties()
        .forEach(gradient -> {
          if (gradient.getValue().get("norm").asDouble() < bound) {
            names.add(gradient.getKey());
          }
        });
    return names;
  }

  /// Relative to the number itself, or to the cross-entropy where it is next to nothing: the KL of
  /// clips that SwapMix left alone is a rounding error.
  private void relative(double ours, String key, double tolerance) {
    double value = want.get(key).asDouble();
    double floor = 1e-6 * want.get("ce").asDouble();
    within(ours, value, tolerance * Math.max(Math.abs(value), floor), key);
  }

  /// Numbers [rows,classes] within an absolute tolerance.
  static void assertRows(double[] ours, JsonNode rows, double tolerance, String name) {
    List<Double> expected = new ArrayList<>();
    rows.forEach(row -> row.forEach(value -> expected.add(value.asDouble())));
    assertThat(ours).hasSize(expected.size());
    for (int i = 0; i < ours.length; i++) {
      within(ours[i], expected.get(i), tolerance, name + " " + i);
    }
  }
}
