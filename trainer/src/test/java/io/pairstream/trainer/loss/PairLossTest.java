package io.pairstream.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import io.pairstream.trainer.torch.Garbage;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PairLossTest {
  private final TorchRuntime torch = TorchRuntime.start(1);

  @Test
  void lossesAndTheirGradientsAreTheReferences() {
    JsonNode cases = Golden.read("vectors/va_loss.json").get("cases");
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      hardLabels(one);
      softTargets(one);
    }
  }

  @Test
  void aCollectionBeforeTheBackwardPassChangesNoGradient() {
    JsonNode one = Golden.read("vectors/va_loss.json").get("cases").get(0);
    try (NDManager scope = torch.newManager()) {
      NDArray logits = logits(scope, one);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        PairLoss loss =
            PairLoss.ofPair(
                logits,
                new Targets.Classes(labels(scope, one)),
                one.get("lambda_effective").asDouble());
        Garbage.collect();
        collector.backward(loss.total());
        assertLoss(one, one.get("hard"), loss, logits);
      }
    }
  }

  private void hardLabels(JsonNode one) {
    try (NDManager scope = torch.newManager()) {
      NDArray logits = logits(scope, one);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        PairLoss loss =
            PairLoss.ofPair(
                logits,
                new Targets.Classes(labels(scope, one)),
                one.get("lambda_effective").asDouble());
        collector.backward(loss.total());
        assertLoss(one, one.get("hard"), loss, logits);
      }
    }
  }

  private void softTargets(JsonNode one) {
    try (NDManager scope = torch.newManager()) {
      NDArray logits = logits(scope, one);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        PairLoss loss =
            PairLoss.ofPair(
                logits,
                new Targets.Distributions(targets(scope, one)),
                one.get("lambda_effective").asDouble());
        collector.backward(loss.total());
        assertLoss(one, one.get("soft"), loss, logits);
      }
    }
  }

  private static void assertLoss(JsonNode one, JsonNode want, PairLoss loss, NDArray logits) {
    NDArray alignment = loss.alignment();
    assertThat(alignment).isNotNull();
    close(loss.crossEntropy(), want.get("ce"));
    close(alignment, want.get("kl_batchmean"));
    close(loss.total(), want.get("total"));
    close(alignment.mul(one.get("lambda_effective").asDouble()), want.get("kl_weighted"));
    assertThat(logits.getGradient().toDoubleArray())
        .containsExactly(Golden.doubles(want.get("grad_logits")), within(1e-12));
  }

  private static void close(NDArray scalar, JsonNode want) {
    double value = want.asDouble();
    assertThat(scalar.getDouble()).isCloseTo(value, within(1e-12 * Math.max(1, value)));
  }

  private static NDArray logits(NDManager scope, JsonNode one) {
    double[] values = Golden.doubles(one.get("logits"));
    NDArray logits =
        scope.create(values, new Shape(2L * one.get("batch").asInt(), one.get("classes").asInt()));
    logits.setRequiresGradient(true);
    return logits;
  }

  private static NDArray labels(NDManager scope, JsonNode one) {
    return scope.create(Arrays.stream(Golden.ints(one.get("targets"))).asLongStream().toArray());
  }

  /// Smoothed labels blended with those of the reversed batch, in float32 as the reference has
  /// them.
  private static NDArray targets(NDManager scope, JsonNode one) {
    int[] labels = Golden.ints(one.get("targets"));
    int classes = one.get("classes").asInt();
    double mix = one.get("soft_mix_lam").asDouble();
    double smoothing = one.get("soft_label_smoothing").asDouble();
    float off = (float) (smoothing / classes);
    float on = (float) (1 - smoothing + smoothing / classes);
    float[] targets = new float[labels.length * classes];
    for (int row = 0; row < labels.length; row++) {
      for (int c = 0; c < classes; c++) {
        float own = labels[row] == c ? on : off;
        float other = labels[labels.length - 1 - row] == c ? on : off;
        targets[row * classes + c] = own * (float) mix + other * (float) (1 - mix);
      }
    }
    return scope
        .create(targets, new Shape(labels.length, classes))
        .toType(ai.djl.ndarray.types.DataType.FLOAT64, false);
  }
}
