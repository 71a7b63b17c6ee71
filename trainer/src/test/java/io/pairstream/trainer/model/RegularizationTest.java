package io.pairstream.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.pairstream.clip.Tensor;
import io.pairstream.trainer.optim.Gradients;
import io.pairstream.trainer.optim.Optimizer;
import io.pairstream.trainer.optim.Rates;
import io.pairstream.trainer.optim.Sgd;
import io.pairstream.trainer.torch.Torch;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class RegularizationTest {
  private final TorchRuntime torch = TorchRuntime.start(1);

  @Test
  void dropPathLosesWholeRowsAndScalesTheOthers() {
    try (NDManager scope = torch.newManager()) {
      Torch.seed(1);
      int rows = 2000;
      NDArray branch = scope.ones(new Shape(rows, 2, 3));
      float[] kept =
          new DropPath(0.2)
              .apply(branch, Pass.training(BatchNormScope.JOINT))
              .reshape(rows, 6)
              .toFloatArray();
      int lost = 0;
      for (int row = 0; row < rows; row++) {
        for (int i = 1; i < 6; i++) {
          assertThat(kept[row * 6 + i]).isEqualTo(kept[row * 6]);
        }
        assertThat(kept[row * 6]).isIn(0f, 1.25f);
        lost += kept[row * 6] == 0 ? 1 : 0;
      }
      // Five standard deviations.
      assertThat((double) lost / rows).isCloseTo(0.2, within(0.045));
      assertThat(new DropPath(0.2).apply(branch, Pass.evaluation())).isSameAs(branch);
    }
  }

  @Test
  void dropPathActsInTheLaterBlocksOfATraining() {
    try (VideoNet without = uniFormer(0);
        VideoNet with = uniFormer(0.9);
        NDManager scope = without.manager().newSubManager()) {
      NDArray clips = scope.ones(new Shape(2, 2, 3, 32, 32));
      assertThat(stages(with, clips, Pass.evaluation()))
          .isEqualTo(stages(without, clips, Pass.evaluation()));
      List<Double> dropped = stages(with, clips, Pass.training(BatchNormScope.JOINT));
      List<Double> whole = stages(without, clips, Pass.training(BatchNormScope.JOINT));
      // The embedding and the first block lose nothing.
      assertThat(dropped.subList(0, 2)).isEqualTo(whole.subList(0, 2));
      assertThat(dropped.getLast()).isNotEqualTo(whole.getLast());
    }
  }

  @Test
  void aModelWithoutDropPathRefusesIt() {
    assertThatThrownBy(() -> net("tsm-resnet18-narrow", 0.1, false))
        .hasMessage("tsm-resnet18-narrow has no drop-path");
  }

  @Test
  void partialBatchNormTrainsTheFirstAndFreezesTheOthers() {
    try (VideoNet net = net("tsm-resnet18-narrow", 0, true);
        Optimizer sgd = new Sgd(net, 0.1, 0.9, false)) {
      SortedMap<String, Tensor> before = StateDict.of(net);
      trainOnce(net, sgd);
      SortedMap<String, Tensor> after = StateDict.of(net);
      before.forEach((name, tensor) -> {
        Tensor now = after.get(name);
        boolean same = now != null && tensor.contentEquals(now);
        boolean frozen =
            name.matches(".*(layer.*\\.bn\\d|downsample\\.1)\\.(weight|bias|running.*|num.*)");
        assertThat(same).as(name).isEqualTo(frozen);
      });
    }
  }

  private void trainOnce(VideoNet net, Optimizer optimizer) {
    try (NDManager scope = net.manager().newSubManager()) {
      Gradients gradients = Gradients.of(net);
      NDArray clips = scope.randomUniform(-1, 1, new Shape(4, 2, 3, 32, 32));
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray logits = net.forward(clips, Pass.training(BatchNormScope.JOINT));
        collector.backward(logits.square().sum());
      }
      optimizer.step(Rates.of(0.1), gradients);
    }
  }

  private static List<Double> stages(VideoNet net, NDArray clips, Pass pass) {
    List<Double> sums = new ArrayList<>();
    Torch.seed(1);
    Torch.recordGradients(false);
    net.forward(
            clips,
            pass.observing(
                (_, array) -> sums.add(array.toType(DataType.FLOAT64, false).sum().getDouble())))
        .close();
    return sums;
  }

  private VideoNet uniFormer(double dropPath) {
    return net("uniformer-s", dropPath, false);
  }

  private VideoNet net(String name, double dropPath, boolean partial) {
    return VideoNets.create(
        new ModelSpec(
            name,
            new ModelSpec.Input(2, Optional.empty()),
            3,
            new ModelSpec.Regularization(
                OptionalDouble.of(0), OptionalDouble.of(dropPath), partial),
            0,
            DataType.FLOAT32),
        torch.newManager());
  }
}
