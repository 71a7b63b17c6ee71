package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.loss.StepResult;
import io.pairstream.trainer.mix.Blend;
import io.pairstream.trainer.mix.MixOptions;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.optim.AdamW;
import io.pairstream.trainer.optim.Optimizer;
import io.pairstream.trainer.optim.Rates;
import io.pairstream.trainer.optim.Sgd;
import io.pairstream.trainer.torch.Garbage;
import io.pairstream.trainer.torch.NativeTensors;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TrainStepTest {
  private static final TrainStep.StepOptions MCA =
      new TrainStep.StepOptions(1, true, BatchNormScope.JOINT, Double.POSITIVE_INFINITY, 0);

  private final TorchRuntime torch = TorchRuntime.start(2);

  @Test
  void twoRunsAreEqualBitForBit() {
    assertEqual(trained(0, 6, null), trained(0, 6, null));
  }

  @Test
  void aRunThatWasStoppedAndResumedIsEqualBitForBit() {
    assertEqual(trained(3, 6, trained(0, 3, null)), trained(0, 6, null));
  }

  @Test
  void aResumedRunBlendsAsOneThatWentOn() {
    TrainStep.StepOptions blending =
        new TrainStep.StepOptions(
            1, true, BatchNormScope.JOINT, 20, new MixOptions(0.1, 0.8, 1, 1, 0.5), 0);
    State straight = trained(0, 6, null, blending);
    assertEqual(trained(3, 6, trained(0, 3, null, blending), blending), straight);
    Tensor plain = trained(0, 6, null).model().get("new_fc.weight");
    Tensor blended = straight.model().get("new_fc.weight");
    assertThat(plain != null && blended != null && plain.contentEquals(blended)).isFalse();
  }

  @Test
  void aResumedUniFormerLosesTheSamePathsAsOneThatWentOn() {
    ModelSpec spec =
        new ModelSpec("uniformer-s", 4, 3, OptionalDouble.empty(), 0, DataType.FLOAT32);
    State half = trained(spec, 32, 0, 1, null, MCA);
    assertEqual(trained(spec, 32, 1, 2, half, MCA), trained(spec, 32, 0, 2, null, MCA));
  }

  @Test
  void aCollectionInTheMiddleOfAStepChangesNoGradient() {
    assertEqual(gradients(_ -> Garbage.collect()), gradients(_ -> {}));
  }

  /// The gradients of the first batch.
  ///
  /// @param observer told the logits, before the backward pass
  private Map<String, Tensor> gradients(Consumer<NDArray> observer) {
    ModelSpec spec =
        new ModelSpec("uniformer-s", 4, 3, OptionalDouble.empty(), 0, DataType.FLOAT32);
    try (VideoNet net = VideoNets.create(spec, torch.newManager());
        Optimizer optimizer = new Sgd(net, 0, 0, false);
        NDManager scope = net.manager().newSubManager()) {
      PairBatch batch = Pairs.recipe(0, 2, 32);
      BatchAssembler.Rows rows =
          new BatchAssembler(Normalization.IMAGENET, net.dataType()).assemble(scope, batch, true);
      TrainStep step = step(net, optimizer, MCA);
      step.accumulate(rows, new Blend.None(), batch.id(), observer);
      Map<String, Tensor> gradients = new TreeMap<>();
      step.gradients()
          .arrays()
          .forEach((name, array) -> gradients.put(name, NativeTensors.copy(array)));
      return gradients;
    }
  }

  @Test
  void smoothedLabelsAloneSoftenTheLoss() {
    double hard = loss(MixOptions.NONE);
    double smooth = loss(new MixOptions(0.1, 0, 0, 1, 0.5));
    double zero = loss(new MixOptions(0, 0.8, 1, 0, 0.5));
    assertThat(zero).isEqualTo(hard);
    assertThat(smooth).isNotEqualTo(hard);
  }

  /// The cross-entropy of the first batch.
  private double loss(MixOptions mixing) {
    TrainStep.StepOptions options =
        new TrainStep.StepOptions(
            1, true, BatchNormScope.JOINT, Double.POSITIVE_INFINITY, mixing, 0);
    try (VideoNet net = net("tsm-resnet18-narrow", 0);
        Optimizer optimizer = new Sgd(net, 0, 0, false)) {
      return step(net, optimizer, options).accumulate(Pairs.recipe(0, 4)).crossEntropy();
    }
  }

  @Test
  void anotherSeedIsAnotherModel() {
    try (VideoNet one = net("tsm-resnet18-narrow", 1);
        VideoNet other = net("tsm-resnet18-narrow", 2)) {
      Tensor a = StateDict.of(one).get("new_fc.weight");
      Tensor b = StateDict.of(other).get("new_fc.weight");
      assertThat(a != null && b != null && a.contentEquals(b)).isFalse();
    }
  }

  @Test
  void nothingIsLeftBehindByAStep() {
    try (VideoNet net = net("tsm-resnet18-narrow", 0);
        Optimizer optimizer = new AdamW(net, 0.01, 0.9)) {
      TrainStep step = step(net, optimizer, MCA);
      List<Integer> arrays = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        step.accumulate(Pairs.recipe(i, 2));
        step.update(Rates.of(1e-3));
        arrays.add(managed((BaseNDManager) net.manager()));
      }
      // The first step makes the optimizer's state.
      assertThat(arrays.subList(1, 5)).containsOnly(arrays.getFirst());
    }
  }

  @Test
  void accumulatedBatchesMoveTheWeightsByTheMeanOfTheirGradients() {
    try (VideoNet net = net("tsm-resnet18-narrow", 0);
        Optimizer optimizer = new Sgd(net, 0, 0, false)) {
      double before = weight(net);
      TrainStep step = step(net, optimizer, MCA);
      double sum = 0;
      for (int i = 0; i < 2; i++) {
        try (VideoNet alone = net("tsm-resnet18-narrow", 0);
            Optimizer plain = new Sgd(alone, 0, 0, false)) {
          TrainStep single = step(alone, plain, MCA);
          single.accumulate(Pairs.recipe(i, 2));
          sum += gradient(single);
        }
        step.accumulate(Pairs.recipe(i, 2));
      }
      step.update(Rates.of(0.5));
      assertThat(weight(net)).isCloseTo(before - 0.5 * sum / 2, within(1e-6));
      assertThat(gradient(step)).isZero();
    }
  }

  @Test
  void aBaselineDoesNotSeeTheAugmentedHalf() {
    TrainStep.StepOptions baseline =
        new TrainStep.StepOptions(1, false, BatchNormScope.JOINT, Double.POSITIVE_INFINITY, 0);
    try (VideoNet net = net("tsm-resnet18-narrow", 0);
        Optimizer optimizer = new Sgd(net, 0, 0, false)) {
      StepResult result = step(net, optimizer, baseline).accumulate(Pairs.recipe(0, 4));
      assertThat(result.alignment()).isZero();
      assertThat(result.loss()).isEqualTo(result.crossEntropy());
      assertThat(result.clips()).isEqualTo(4);
    }
  }

  @Test
  void aLossThatIsNoNumberNamesTheBatchAndLeavesTheWeights() {
    try (VideoNet net = net("tsm-resnet18-narrow", 0);
        Optimizer optimizer = new Sgd(net, 0, 0, false)) {
      SortedMap<String, Tensor> state = StateDict.of(net);
      Tensor bias = Tensor.ofFloats(io.pairstream.clip.Shape.of(3), Float.NaN, 0, 0);
      state.put("new_fc.bias", bias);
      StateDict.load(net, state);
      TrainStep step = step(net, optimizer, MCA);
      assertThatThrownBy(() -> step.accumulate(Pairs.recipe(5, 2)))
          .isInstanceOf(ServiceException.class)
          .hasMessageStartingWith("the loss of batch 0/5 is NaN");
      assertThat(step.accumulated()).isZero();
    }
  }

  @Test
  void gradientsThatAreNoNumbersNameTheBatchAndLeaveTheWeights() {
    try (VideoNet net = net("tsm-resnet18-narrow", 0);
        Optimizer optimizer = new Sgd(net, 0, 0, false)) {
      TrainStep step = step(net, optimizer, MCA);
      step.accumulate(Pairs.recipe(6, 2));
      var last = step.gradients().arrays().lastEntry();
      assertThat(last.getKey()).isEqualTo("new_fc.bias");
      NativeTensors.overwrite(
          last.getValue(), net.manager().create(new float[] {Float.POSITIVE_INFINITY, 0, 0}));
      double before = weight(net);
      assertThatThrownBy(() -> step.update(Rates.of(0.1)))
          .isInstanceOf(ServiceException.class)
          .hasMessageStartingWith("the gradients of batch 0/6 are no finite numbers");
      assertThat(weight(net)).isEqualTo(before);
    }
  }

  private State trained(int from, int to, @org.jspecify.annotations.Nullable State state) {
    return trained(from, to, state, MCA);
  }

  private State trained(
      int from,
      int to,
      @org.jspecify.annotations.Nullable State state,
      TrainStep.StepOptions options) {
    ModelSpec spec =
        new ModelSpec("tsm-resnet18-narrow", 4, 3, OptionalDouble.of(0.5), 0, DataType.FLOAT32);
    return trained(spec, 16, from, to, state, options);
  }

  /// The whole state after batches `from` to `to`, beginning with `state`.
  private State trained(
      ModelSpec spec,
      int side,
      int from,
      int to,
      @org.jspecify.annotations.Nullable State state,
      TrainStep.StepOptions options) {
    try (VideoNet net = VideoNets.create(spec, torch.newManager());
        Optimizer optimizer = new AdamW(net, 0.01, 0.9)) {
      if (state != null) {
        StateDict.load(net, state.model());
        optimizer.load(state.optimizer());
      }
      TrainStep step = step(net, optimizer, options);
      for (int i = from; i < to; i++) {
        step.accumulate(Pairs.recipe(i, 4, side));
        step.update(Rates.of(3e-3));
      }
      return new State(StateDict.of(net), optimizer.state());
    }
  }

  private record State(SortedMap<String, Tensor> model, SortedMap<String, Tensor> optimizer) {}

  private static void assertEqual(State a, State b) {
    assertEqual(a.model(), b.model());
    assertEqual(a.optimizer(), b.optimizer());
  }

  private static void assertEqual(Map<String, Tensor> a, Map<String, Tensor> b) {
    assertThat(a.keySet()).isEqualTo(b.keySet());
    a.forEach((name, tensor) -> {
      Tensor other = b.get(name);
      assertThat(other != null && tensor.contentEquals(other)).as(name).isTrue();
    });
  }

  private VideoNet net(String name, long seed) {
    return VideoNets.create(
        new ModelSpec(name, 4, 3, OptionalDouble.empty(), seed, DataType.FLOAT32),
        torch.newManager());
  }

  private static TrainStep step(VideoNet net, Optimizer optimizer, TrainStep.StepOptions options) {
    return new TrainStep(
        net, optimizer, new BatchAssembler(Normalization.IMAGENET, net.dataType()), options);
  }

  private static double weight(VideoNet net) {
    return first(net.parameters().get("new_fc.weight"));
  }

  private static double gradient(TrainStep step) {
    return first(step.gradients().arrays().get("new_fc.weight"));
  }

  private static double first(ai.djl.ndarray.@org.jspecify.annotations.Nullable NDArray array) {
    if (array == null) {
      throw new AssertionError("no such array");
    }
    return array.toFloatArray()[0];
  }

  private static int managed(BaseNDManager manager) {
    return manager.getManagedArrays().size();
  }
}
