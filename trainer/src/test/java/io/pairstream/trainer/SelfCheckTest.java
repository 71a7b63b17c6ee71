package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.loss.StepResult;
import io.pairstream.trainer.mix.MixOptions;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.ParameterGroup;
import io.pairstream.trainer.model.Pass;
import io.pairstream.trainer.model.Scores;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.optim.AdamW;
import io.pairstream.trainer.optim.Optimizer;
import io.pairstream.trainer.optim.Rates;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelfCheckTest {
  /// Everything that is drawn or kept between batches: dropout, blends, running statistics.
  private static final TrainStep.StepOptions OPTIONS =
      new TrainStep.StepOptions(
          1, true, BatchNormScope.PER_HALF, 20, new MixOptions(0.1, 0.8, 1, 1, 0.5), 0);

  private final TorchRuntime torch = TorchRuntime.start(2);

  @Test
  void aTrainingThatChecksItselfEndsWithTheSameBits() {
    Trained alone = trained(0, Set.of(), 6);
    Trained checked = trained(1, Set.of(), 6);
    assertThat(checked.checks()).isEqualTo(6);
    assertThat(alone.checks()).isZero();
    assertThat(checked.results()).isEqualTo(alone.results());
    assertEqual(checked.model(), alone.model());
    assertEqual(checked.optimizer(), alone.optimizer());
  }

  @Test
  void everyNthBatchIsChecked() {
    assertThat(trained(3, Set.of(), 8).checks()).isEqualTo(2);
  }

  @Test
  void aGradientThatDiffersOnceEndsTheTrainingAndLeavesTheWeights() {
    try (FalteringNet net = net(Set.of(5));
        Optimizer optimizer = new AdamW(net, 0.01, 0.9)) {
      TrainStep step = step(net, optimizer, 1);
      for (int i = 0; i < 2; i++) {
        step.accumulate(Pairs.recipe(i, 4));
        step.update(Rates.of(1e-3));
      }
      Map<String, NDArray> parameters = net.parameters();
      double before = sum(parameters);
      // The batch's second pass.
      assertThatThrownBy(() -> step.accumulate(Pairs.recipe(2, 4)))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
          .hasMessageMatching(
              "batch 0/2 was computed twice from the same numbers, and gradients differ: that of"
                  + " '[a-z0-9_.]+' has the norm [0-9.E-]+, then [0-9.E-]+, and \\d+ of \\d+"
                  + " parameters are not the same; this machine or a library computes wrongly,"
                  + " training stops here, the last checkpoint stays");
      assertThat(sum(parameters)).isEqualTo(before);
      assertThat(step.selfChecks()).isEqualTo(2);
    }
  }

  @Test
  void aGradientThatIsWrongInTheRehearsalIsFoundToo() {
    assertThatThrownBy(() -> trained(1, Set.of(0), 1)).isInstanceOf(ServiceException.class);
  }

  @Test
  void aGradientThatDiffersInABatchThatIsNotCheckedPasses() {
    assertThat(trained(2, Set.of(0), 2).checks()).isEqualTo(1);
  }

  @Test
  void nothingIsLeftBehindByACheck() {
    try (FalteringNet net = net(Set.of());
        Optimizer optimizer = new AdamW(net, 0.01, 0.9)) {
      TrainStep step = step(net, optimizer, 1);
      List<Integer> arrays = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        step.accumulate(Pairs.recipe(i, 2));
        step.update(Rates.of(1e-3));
        arrays.add(((BaseNDManager) net.manager()).getManagedArrays().size());
      }
      assertThat(arrays.subList(1, 4)).containsOnly(arrays.getFirst());
    }
  }

  private record Trained(
      List<StepResult> results,
      Map<String, Tensor> model,
      Map<String, Tensor> optimizer,
      long checks) {}

  /// A training of pairs of batches.
  ///
  /// @param faults numbers of the passes whose gradients are wrong
  private Trained trained(int checkEvery, Set<Integer> faults, int batches) {
    try (FalteringNet net = net(faults);
        Optimizer optimizer = new AdamW(net, 0.01, 0.9)) {
      TrainStep step = step(net, optimizer, checkEvery);
      List<StepResult> results = new ArrayList<>();
      for (int i = 0; i < batches; i++) {
        results.add(step.accumulate(Pairs.recipe(i, 4)));
        if (i % 2 == 1) {
          step.update(Rates.of(3e-3));
        }
      }
      return new Trained(results, StateDict.of(net), optimizer.state(), step.selfChecks());
    }
  }

  private static TrainStep step(VideoNet net, Optimizer optimizer, int checkEvery) {
    BatchAssembler assembler = new BatchAssembler(Normalization.IMAGENET, net.dataType());
    return new TrainStep(net, optimizer, assembler, OPTIONS, checkEvery);
  }

  private FalteringNet net(Set<Integer> faults) {
    ModelSpec spec =
        new ModelSpec("tsm-resnet18-narrow", 4, 3, OptionalDouble.of(0.5), 0, DataType.FLOAT32);
    return new FalteringNet(VideoNets.create(spec, torch.newManager()), faults);
  }

  private static double sum(Map<String, NDArray> arrays) {
    double sum = 0;
    for (NDArray array : arrays.values()) {
      try (NDArray total = array.sum()) {
        sum += total.getFloat();
      }
    }
    return sum;
  }

  private static void assertEqual(Map<String, Tensor> a, Map<String, Tensor> b) {
    assertThat(a.keySet()).isEqualTo(b.keySet());
    a.forEach((name, tensor) -> {
      Tensor other = b.get(name);
      assertThat(other != null && tensor.contentEquals(other)).as(name).isTrue();
    });
  }

  /// A model with passes whose logits are right and whose gradients are twice what they should be.
  private static final class FalteringNet implements VideoNet {
    private final VideoNet net;
    private final Set<Integer> faults;
    private int pass;

    FalteringNet(VideoNet net, Set<Integer> faults) {
      this.net = net;
      this.faults = new HashSet<>(faults);
    }

    @Override
    public NDArray forward(NDArray clips, Pass how) {
      NDArray logits = net.forward(clips, how);
      return faults.contains(pass++) ? logits.add(logits.sub(logits.stopGradient())) : logits;
    }

    @Override
    public String name() {
      return net.name();
    }

    @Override
    public Scores scores() {
      return net.scores();
    }

    @Override
    public SequencedMap<String, NDArray> parameters() {
      return net.parameters();
    }

    @Override
    public SequencedMap<String, NDArray> buffers() {
      return net.buffers();
    }

    @Override
    public List<ParameterGroup> groups() {
      return net.groups();
    }

    @Override
    public DataType dataType() {
      return net.dataType();
    }

    @Override
    public NDManager manager() {
      return net.manager();
    }

    @Override
    public void close() {
      net.close();
    }
  }
}
