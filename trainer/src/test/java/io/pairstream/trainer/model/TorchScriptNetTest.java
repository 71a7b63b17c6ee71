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
import io.pairstream.trainer.loss.PairLoss;
import io.pairstream.trainer.loss.Targets;
import io.pairstream.trainer.optim.Gradients;
import io.pairstream.trainer.optim.Rates;
import io.pairstream.trainer.optim.Sgd;
import io.pairstream.trainer.torch.TorchRuntime;
import io.pairstream.trainer.weights.Python;
import io.pairstream.trainer.weights.StoredTensor;
import io.pairstream.trainer.weights.WeightFile;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models that Python has written train here as they do there.
class TorchScriptNetTest {
  @TempDir static Path folder = Path.of("");

  private static String printed = "";

  private final TorchRuntime torch = TorchRuntime.start(1);

  private VideoNet net(String file) {
    if (printed.isEmpty()) {
      printed = Python.run("own_model.py", folder);
    }
    return VideoNets.create(
        new ModelSpec(
            folder.resolve(file).toString(), 4, 3, OptionalDouble.empty(), 0, DataType.FLOAT32),
        torch.newManager());
  }

  private static double[] numbers(String word) {
    return printed
        .lines()
        .filter(line -> line.startsWith(word + " "))
        .flatMap(line -> Arrays.stream(line.substring(word.length() + 1).split(" ", -1)))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  /// By the rule of own_model.py.
  private static NDArray clips(NDManager scope) {
    float[] values = new float[4 * 4 * 3 * 8 * 8];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (i * 7919 % 1000 / 500.0 - 1);
    }
    return scope.create(values, new Shape(4, 4, 3, 8, 8));
  }

  private static double step(VideoNet net, Sgd optimizer, Gradients gradients) {
    try (NDManager scope = net.manager().newSubManager();
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray labels = scope.create(new long[] {0, 1, 2, 1});
      NDArray logits = net.forward(clips(scope), Pass.training(BatchNormScope.JOINT));
      PairLoss loss = PairLoss.ofOriginals(logits, new Targets.Classes(labels));
      double value = loss.total().toType(DataType.FLOAT64, false).getDouble();
      collector.backward(loss.total());
      optimizer.step(Rates.of(0.1), gradients);
      gradients.zero();
      return value;
    }
  }

  @Test
  void twoStepsChangeEveryParameterAndBufferAsInPython() throws IOException {
    try (VideoNet net = net("own.pt");
        Sgd optimizer = new Sgd(net, 0, 0.9, false)) {
      Gradients gradients = Gradients.of(net);
      double[] losses = numbers("loss");
      for (double want : losses) {
        assertThat(step(net, optimizer, gradients)).isCloseTo(want, within(1e-5));
      }
      assertThat(losses).hasSize(2);
      SortedMap<String, Tensor> state = StateDict.of(net);
      try (WeightFile trained = WeightFile.open(folder.resolve("trained.pth"))) {
        assertThat(state.keySet()).isEqualTo(new java.util.TreeSet<>(trained.tensors().keySet()));
        for (Map.Entry<String, StoredTensor> entry : trained.tensors().entrySet()) {
          assertClose(entry.getKey(), state.get(entry.getKey()), entry.getValue().dense());
        }
      }
      try (NDManager scope = net.manager().newSubManager()) {
        float[] logits = net.forward(clips(scope), Pass.evaluation()).toFloatArray();
        double[] want = numbers("logits");
        for (int i = 0; i < want.length; i++) {
          assertThat(logits[i]).isCloseTo((float) want[i], within(1e-4f));
        }
      }
    }
  }

  private static void assertClose(
      String name, @org.jspecify.annotations.Nullable Tensor have, Tensor want) {
    if (have == null) {
      throw new AssertionError("no " + name);
    }
    assertThat(have.shape()).as(name).isEqualTo(want.shape());
    assertThat(have.dtype()).as(name).isEqualTo(want.dtype());
    for (long i = 0; i < want.shape().elements(); i++) {
      if (want.dtype() == io.pairstream.clip.DType.F32) {
        assertThat(have.floatAt(i)).as(name).isCloseTo(want.floatAt(i), within(2e-5f));
      } else {
        assertThat(have.data().getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i))
            .as(name)
            .isEqualTo(want.data().getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i));
      }
    }
  }

  @Test
  void itsStateIsThatOfPythonsStateDict() {
    try (VideoNet net = net("own.pt")) {
      assertThat(net.parameters().keySet())
          .containsExactly(
              "stem.0.weight", "stem.1.weight", "stem.1.bias", "head.weight", "head.bias");
      assertThat(net.buffers().keySet())
          .containsExactlyInAnyOrder(
              "seen", "stem.1.running_mean", "stem.1.running_var", "stem.1.num_batches_tracked");
    }
  }

  @Test
  void aStateThatIsLoadedGivesTheSameBitsAsOneThatWentOn() {
    SortedMap<String, Tensor> saved;
    SortedMap<String, Tensor> momentum;
    SortedMap<String, Tensor> wentOn;
    try (VideoNet net = net("own.pt");
        Sgd optimizer = new Sgd(net, 1e-3, 0.9, false)) {
      Gradients gradients = Gradients.of(net);
      for (int i = 0; i < 3; i++) {
        step(net, optimizer, gradients);
      }
      saved = StateDict.of(net);
      momentum = optimizer.state();
      for (int i = 0; i < 3; i++) {
        step(net, optimizer, gradients);
      }
      wentOn = StateDict.of(net);
    }
    try (VideoNet net = net("own.pt");
        Sgd optimizer = new Sgd(net, 1e-3, 0.9, false)) {
      StateDict.load(net, saved);
      optimizer.load(momentum);
      Gradients gradients = Gradients.of(net);
      for (int i = 0; i < 3; i++) {
        step(net, optimizer, gradients);
      }
      StateDict.of(net)
          .forEach((name, tensor) ->
              assertThat(tensor.contentEquals(java.util.Objects.requireNonNull(wentOn.get(name))))
                  .as(name)
                  .isTrue());
    }
  }

  @Test
  void aModelSavedInEvaluationModeIsTrainedInTrainingMode() {
    try (VideoNet net = net("own-dropout-eval.pt");
        NDManager scope = net.manager().newSubManager()) {
      net.forward(clips(scope), Pass.training(BatchNormScope.JOINT));
      Tensor count = StateDict.of(net).get("stem.1.num_batches_tracked");
      assertThat(count == null ? -1 : count.longAt(0)).isEqualTo(1);
      float[] once = net.forward(clips(scope), Pass.evaluation()).toFloatArray();
      float[] again = net.forward(clips(scope), Pass.evaluation()).toFloatArray();
      assertThat(once).containsExactly(again);
      count = StateDict.of(net).get("stem.1.num_batches_tracked");
      assertThat(count == null ? -1 : count.longAt(0)).isEqualTo(1);
    }
  }

  @Test
  void whatCannotBeTrainedIsRefusedWithTheReason() {
    List<List<String>> refusals =
        List.of(
            List.of("own-traced.pt", "was traced"),
            List.of("own-frozen.pt", "no parameter"),
            List.of("own-half.pt", "only float32"),
            List.of("own-state.pt", "no TorchScript model"));
    try (VideoNet net = net("own.pt")) {
      assertThat(net.parameters()).isNotEmpty();
    }
    for (List<String> refusal : refusals) {
      assertThatThrownBy(() -> net(refusal.get(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(refusal.get(0))
          .hasMessageContaining(refusal.get(1));
    }
  }

  @Test
  void outputsThatAreNoLogitsAreTold() {
    try (VideoNet net = net("features.pt");
        NDManager scope = net.manager().newSubManager()) {
      assertThatThrownBy(() -> net.forward(clips(scope), Pass.evaluation()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(4, 4, 4, 8, 8)")
          .hasMessageContaining("not logits (4, classes)");
    }
  }
}
