package io.pairstream.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlowFastTest {
  private final TorchRuntime torch = TorchRuntime.start(1);

  @Test
  void theSlowPathwayTakesTheReferencesFrames() {
    JsonNode cases = Golden.read("vectors/slowfast_pack.json").get("cases");
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      int[] indices = SlowFast.slowFrames(one.get("T").asInt(), one.get("alpha").asInt());
      assertThat(indices).as("%s", one).containsExactly(Golden.ints(one.get("slow_indices")));
    }
  }

  @Test
  void evaluationGivesProbabilitiesAndTrainingLogits() {
    try (VideoNet net = net(4, 32);
        NDManager scope = net.manager().newSubManager()) {
      // Larger clips than in training: several positions.
      NDArray clips = scope.randomUniform(-1, 1, new Shape(2, 4, 3, 64, 96));
      double[] sums =
          net.forward(clips, Pass.evaluation())
              .sum(new int[] {1})
              .toType(DataType.FLOAT64, false)
              .toDoubleArray();
      assertThat(sums).containsExactly(new double[] {1, 1}, within(1e-5));
      assertThat(net.scores()).isEqualTo(Scores.PROBABILITIES);
      NDArray logits = net.forward(clips, Pass.training(BatchNormScope.JOINT));
      assertThat(logits.exp().sum(new int[] {1}).getFloat(0)).isNotCloseTo(1, within(0.1f));
    }
  }

  @Test
  void clipsSmallerThanTheTrainingCropAreRefused() {
    try (VideoNet net = net(4, 64);
        NDManager scope = net.manager().newSubManager()) {
      NDArray clips = scope.ones(new Shape(1, 4, 3, 32, 32));
      assertThatThrownBy(() -> net.forward(clips, Pass.evaluation()))
          .hasMessage("clips are smaller than the training crop of this model, 64×64");
    }
  }

  @Test
  void framesThatThePathwaysCannotShareAreRefused() {
    assertThatThrownBy(() -> net(6, 32)).hasMessage("SlowFast needs a multiple of 4 frames, not 6");
  }

  private VideoNet net(int frames, int crop) {
    ModelSpec.Input input =
        new ModelSpec.Input(frames, Optional.of(new ModelSpec.Crop(crop, crop)));
    return VideoNets.create(
        new ModelSpec(
            "slowfast-8x8-r50", input, 5, ModelSpec.Regularization.OWN, 0, DataType.FLOAT32),
        torch.newManager());
  }
}
