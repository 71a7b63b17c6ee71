package io.pairstream.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class VideoNetsTest {
  private final TorchRuntime torch = TorchRuntime.start(1);

  @Test
  void parameterCountsAreThePublishedOnes() {
    assertThat(parameters("tsm-resnet50", 174)).isEqualTo(23_864_558);
    // torchvision's, whose classifier has 1000 classes.
    assertThat(parameters("tsm-resnet18", 1000)).isEqualTo(11_689_512);
    assertThat(parameters("tsm-resnet34", 1000)).isEqualTo(21_797_672);
    assertThat(parameters("slowfast-8x8-r50", 174)).isEqualTo(34_045_558);
    assertThat(parameters("uniformer-s", 174)).isEqualTo(21_284_462);
  }

  @Test
  void everyModelGivesLogitsAndHasEachParameterInOneGroup() {
    for (String name : VideoNets.names()) {
      try (VideoNet net = create(name, 5);
          NDManager scope = net.manager().newSubManager()) {
        NDArray logits = net.forward(scope.ones(new Shape(2, 4, 3, 32, 40)), Pass.evaluation());
        assertThat(logits.getShape().getShape()).as(name).containsExactly(2, 5);
        List<String> grouped = new ArrayList<>();
        net.groups().forEach(group -> grouped.addAll(group.parameters()));
        assertThat(new HashSet<>(grouped)).isEqualTo(net.parameters().keySet());
        assertThat(grouped).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void anUnknownNameIsAnErrorThatListsTheNames() {
    assertThatThrownBy(() -> create("tsm-resnet99", 5))
        .hasMessage(
            "no model 'tsm-resnet99'; there are tsm-resnet18-narrow, tsm-resnet18, tsm-resnet34,"
                + " tsm-resnet50, slowfast-8x8-r50, uniformer-s");
  }

  @Test
  void whatAModelCannotTakeIsRefusedBeforeItIsMade() {
    assertThatThrownBy(() -> VideoNets.requirePossible(spec("slowfast-8x8-r50", 6, 32)))
        .hasMessage("SlowFast needs a multiple of 4 frames, not 6");
    assertThatThrownBy(() -> VideoNets.requirePossible(spec("uniformer-s", 8, 16)))
        .hasMessage("UniFormer needs clips of at least 32×32 pixels, not 16×40");
    for (String name : VideoNets.names()) {
      VideoNets.requirePossible(spec(name, 8, 32));
    }
  }

  private static ModelSpec spec(String name, int frames, int height) {
    return new ModelSpec(
        name,
        new ModelSpec.Input(frames, Optional.of(new ModelSpec.Crop(height, 40))),
        1,
        ModelSpec.Regularization.OWN,
        0,
        DataType.FLOAT32);
  }

  @Test
  void weightsThatDoNotFitAreRefusedByName() {
    try (VideoNet net = create("tsm-resnet18-narrow", 5);
        VideoNet other = create("tsm-resnet18-narrow", 6)) {
      SortedMap<String, Tensor> state = StateDict.of(net);
      assertThatThrownBy(() -> StateDict.load(other, state))
          .hasMessage("weight 'new_fc.weight' is [5,128], the model's is [6,128]");
      state.remove("new_fc.bias");
      assertThatThrownBy(() -> StateDict.load(net, state))
          .hasMessage("weights do not fit tsm-resnet18-narrow: 1 missing (new_fc.bias), 0 unknown");
    }
  }

  @Test
  void dropoutActsInTrainingOnly() {
    try (VideoNet net = create("tsm-resnet50", 5);
        NDManager scope = net.manager().newSubManager()) {
      NDArray clips = scope.ones(new Shape(1, 4, 3, 32, 32));
      float[] once = net.forward(clips, Pass.evaluation()).toFloatArray();
      float[] again = net.forward(clips, Pass.evaluation()).toFloatArray();
      assertThat(once).isEqualTo(again);
      float[] trained = net.forward(clips, Pass.training(BatchNormScope.JOINT)).toFloatArray();
      float[] retrained = net.forward(clips, Pass.training(BatchNormScope.JOINT)).toFloatArray();
      assertThat(trained).isNotEqualTo(retrained);
    }
  }

  private long parameters(String name, int classes) {
    try (VideoNet net = create(name, classes)) {
      return net.parameters().values().stream().mapToLong(array -> array.size()).sum();
    }
  }

  private VideoNet create(String name, int classes) {
    ModelSpec spec = new ModelSpec(name, 4, classes, OptionalDouble.empty(), 0, DataType.FLOAT32);
    return VideoNets.create(spec, torch.newManager());
  }
}
