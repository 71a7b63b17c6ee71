package io.pairstream.trainer.mix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import io.pairstream.trainer.loss.Targets;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BlendTest {
  private final TorchRuntime torch = TorchRuntime.start(1);

  @Test
  void rowsAndTargetsAreThoseOfTheReference() {
    JsonNode cases = Golden.read("vectors/mixup_cutmix.json").get("cases");
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      try (NDManager scope = torch.newManager()) {
        NDArray blended = blend(one).apply(input(scope, one));
        assertThat(values(blended))
            .as(one.get("input_name").asText())
            .containsExactly(Golden.doubles(one.get("output")), within(1e-6));
        assertTargets(scope, one);
      }
    }
  }

  @Test
  void pairsAreBlendedAfterTheirHalvesAreJoined() {
    JsonNode cases = Golden.read("vectors/swapmix_then_mixup.json").get("cases");
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      try (NDManager scope = torch.newManager()) {
        NDArray clean = input(scope, one);
        NDList halves = blend(one).apply(clean.concat(swapMix(scope, clean, one), 0)).split(2, 0);
        assertThat(values(halves.get(0)))
            .containsExactly(Golden.doubles(one.get("model_input_clean_rows")), within(1e-6));
        assertThat(values(halves.get(1)))
            .containsExactly(Golden.doubles(one.get("model_input_mixed_rows")), within(1e-6));
        assertThat(blend(one).weight()).isEqualTo(one.get("mix_lam_used").asDouble());
        assertTargets(scope, one);
      }
    }
  }

  @Test
  void nothingIsBlendedByNone() {
    try (NDManager scope = torch.newManager()) {
      NDArray rows = scope.ones(new Shape(2, 1, 3, 4, 4));
      assertThat(new Blend.None().apply(rows)).isSameAs(rows);
    }
  }

  private static Blend blend(JsonNode one) {
    double weight = one.get("mix_lam_drawn").asDouble();
    if (!one.get("cutmix").asBoolean()) {
      return new Blend.MixUp(weight);
    }
    int[] shape = Golden.ints(one.get("shape"));
    int[] centre = Golden.ints(one.get("cutmix_centre_yx"));
    return Blend.CutMix.around(centre[0], centre[1], weight, shape[3], shape[4]);
  }

  /// Golden clips are [N,C,T,H,W].
  private static NDArray input(NDManager scope, JsonNode one) {
    long[] shape = Arrays.stream(Golden.ints(one.get("shape"))).asLongStream().toArray();
    return scope
        .create(Golden.doubles(one.get("input")), new Shape(shape))
        .toType(DataType.FLOAT32, false)
        .transpose(0, 2, 1, 3, 4);
  }

  private static double[] values(NDArray clips) {
    return clips.transpose(0, 2, 1, 3, 4).toType(DataType.FLOAT64, false).toDoubleArray();
  }

  private static NDArray swapMix(NDManager scope, NDArray clean, JsonNode one) {
    NDList channels = clean.split(3, 2);
    NDList swapped = new NDList();
    for (int c : Golden.ints(one.get("swapmix_perm"))) {
      swapped.add(channels.get(c));
    }
    double[] lambda = Golden.doubles(one.get("swapmix_lam"));
    NDArray weight =
        scope.create(lambda, new Shape(lambda.length, 1, 1, 1, 1)).toType(DataType.FLOAT32, false);
    return clean.mul(weight).add(NDArrays.concat(swapped, 2).mul(weight.neg().add(1)));
  }

  private static void assertTargets(NDManager scope, JsonNode one) {
    long[] labels = Arrays.stream(Golden.ints(one.get("labels"))).asLongStream().toArray();
    int classes = one.get("num_classes").asInt();
    MixOptions options = new MixOptions(one.get("label_smoothing").asDouble(), 0, 0, 1, 0.5);
    Targets targets =
        options.targets(
            scope.create(labels), blend(one), scope.zeros(new Shape(2L * labels.length, classes)));
    assertThat(targets).isInstanceOf(Targets.Distributions.class);
    if (targets instanceof Targets.Distributions soft) {
      double[] ours = soft.probabilities().toType(DataType.FLOAT64, false).toDoubleArray();
      double[] want = new double[ours.length];
      for (int i = 0; i < want.length; i++) {
        want[i] = one.get("soft_targets").get(i / classes).get(i % classes).asDouble();
      }
      assertThat(ours).containsExactly(want);
    }
  }
}
