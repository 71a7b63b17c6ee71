package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.clip.Tensor;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.RunSpec;
import io.pairstream.trainer.checkpoint.Checkpoint;
import io.pairstream.trainer.checkpoint.CheckpointStore;
import io.pairstream.trainer.checkpoint.Manifest;
import io.pairstream.trainer.checkpoint.Progress;
import io.pairstream.trainer.checkpoint.storage.FolderStorage;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.optim.AdamW;
import io.pairstream.trainer.optim.Optimizer;
import io.pairstream.trainer.optim.OptimizerSpec;
import io.pairstream.trainer.optim.Rates;
import io.pairstream.trainer.optim.Schedule;
import io.pairstream.trainer.torch.TorchRuntime;
import io.pairstream.trainer.weights.Python;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A TorchScript file under the trainer's own step, checkpoints and checks.
class OwnModelTest {
  @TempDir private static Path folder = Path.of("");

  private final TorchRuntime torch = TorchRuntime.start(1);

  @BeforeAll
  static void makeModels() {
    Python.run("own_model.py", folder);
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private VideoNet net(String file) {
    return VideoNets.create(
        new ModelSpec(file(file), 4, 3, OptionalDouble.empty(), 0, DataType.FLOAT32),
        torch.newManager());
  }

  @Test
  void aTrainingResumedFromItsCheckpointEndsWithTheSameBits() {
    SortedMap<String, Tensor> whole =
        trained(new CheckpointStore(new FolderStorage(folder.resolve("one"))), 0, 6);
    CheckpointStore store = new CheckpointStore(new FolderStorage(folder.resolve("two")));
    trained(store, 0, 3);
    SortedMap<String, Tensor> resumed = trained(store, 3, 6);
    assertThat(resumed.keySet()).isEqualTo(whole.keySet()).contains("stem.1.running_mean");
    resumed.forEach((name, tensor) ->
        assertThat(tensor.contentEquals(Objects.requireNonNull(whole.get(name))))
            .as(name)
            .isTrue());
  }

  /// Trains on batches `from` to `to`, with dropout, from the store's latest checkpoint, and saves
  /// another.
  private SortedMap<String, Tensor> trained(CheckpointStore store, int from, int to) {
    try (VideoNet net = net("own-dropout-eval.pt");
        Optimizer optimizer = new AdamW(net, 0.01, 0.9)) {
      store
          .latest()
          .ifPresent(checkpoint -> {
            StateDict.load(net, checkpoint.model());
            optimizer.load(checkpoint.optimizer());
          });
      TrainStep step =
          new TrainStep(
              net,
              optimizer,
              new BatchAssembler(Normalization.IMAGENET, DataType.FLOAT32),
              new TrainStep.StepOptions(1, true, BatchNormScope.JOINT, 20, 0));
      for (int i = from; i < to; i++) {
        step.accumulate(Pairs.recipe(i, 4));
        step.update(Rates.of(3e-3));
      }
      Manifest manifest = checks("own-dropout-eval.pt", 3).manifest(to);
      store.save(
          new Checkpoint(
              StateDict.of(net),
              optimizer.state(),
              manifest.with(Progress.startingAt(to), List.of())),
          false);
      return StateDict.of(net);
    }
  }

  @Test
  void nothingIsLeftBehindByAStepOrACheckpoint() {
    try (VideoNet net = net("own.pt");
        Optimizer optimizer = new AdamW(net, 0.01, 0.9)) {
      TrainStep step =
          new TrainStep(
              net,
              optimizer,
              new BatchAssembler(Normalization.IMAGENET, DataType.FLOAT32),
              new TrainStep.StepOptions(1, true, BatchNormScope.JOINT, 20, 0));
      List<Integer> arrays = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        step.accumulate(Pairs.recipe(i, 2));
        step.update(Rates.of(1e-3));
        assertThat(StateDict.of(net)).isNotEmpty();
        arrays.add(((BaseNDManager) net.manager()).getManagedArrays().size());
      }
      assertThat(arrays.subList(1, 5)).containsOnly(arrays.getFirst());
    }
  }

  @Test
  void aModelOfAnotherNumberOfClassesIsRefused() {
    assertThatThrownBy(() -> checks("own-5.pt", 3).requireFits(net("own-5.pt")))
        .isInstanceOf(ServiceException.class)
        .hasMessage("the model " + file("own-5.pt") + " returns 5 logits, the run has 3 classes");
    checks("own-5.pt", 5).requireFits(net("own-5.pt"));
  }

  @Test
  void aModelThatDoesNotTakeTheRunsClipsIsRefused() {
    assertThatThrownBy(() -> checks("takes-2d.pt", 3).requireFits(net("takes-2d.pt")))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith(
            "the model "
                + file("takes-2d.pt")
                + " does not take clips [N,3,4,16,16]: RuntimeError:");
    assertThatThrownBy(() -> checks("features.pt", 3).requireFits(net("features.pt")))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("not logits (1, classes)");
  }

  @Test
  void whatTheFileDecidesByItselfIsNotTakenFromOptions() {
    assertThatThrownBy(() ->
            model("own.pt", OptionalDouble.empty(), BatchNormScope.PER_HALF).requirePossible())
        .hasMessageStartingWith("--batch-norm per-half: the TorchScript model ");
    assertThatThrownBy(
            () -> model("own.pt", OptionalDouble.of(0.5), BatchNormScope.JOINT).requirePossible())
        .hasMessageStartingWith("--dropout: the TorchScript model ");
    assertThatThrownBy(() ->
            model("own-state.pt", OptionalDouble.empty(), BatchNormScope.JOINT).requirePossible())
        .hasMessageEndingWith("own-state.pt is a PyTorch checkpoint and no TorchScript model");
    model("own.pt", OptionalDouble.empty(), BatchNormScope.JOINT).requirePossible();
  }

  @Test
  void aCheckpointKnowsItsModelByContentAndNotByPlace() throws Exception {
    Files.copy(Path.of(file("own.pt")), Path.of(file("elsewhere.pt")));
    Manifest here = checks("own.pt", 3).manifest(0);
    assertThat(here.model()).startsWith("torchscript ");
    assertThat(here.difference(checks("elsewhere.pt", 3).manifest(0))).isEmpty();
    assertThat(here.difference(checks("own-dropout-eval.pt", 3).manifest(0)))
        .hasValueSatisfying(text -> assertThat(text).startsWith("model torchscript "));
  }

  private static TrainerOptions.Model model(
      String file, OptionalDouble dropout, BatchNormScope batchNorm) {
    return new TrainerOptions.Model(file(file), dropout, batchNorm, Optional.empty());
  }

  private static TrainerChecks checks(String file, int classes) {
    List<String> names = List.of("a", "b", "c", "d", "e").subList(0, classes);
    RunSpec spec =
        new RunSpec(
            new RunSpec.Content(
                0,
                "digest",
                4,
                16,
                16,
                "sampling",
                "crop",
                2,
                24,
                1,
                Normalization.IMAGENET,
                "swapmix",
                1,
                PairEncoding.RECIPE,
                names,
                List.of()),
            1,
            List.of("alone"),
            1 << 30);
    return new TrainerChecks(
        new TrainerOptions(
            new TrainerOptions.Input(new KafkaOptions("nowhere:1"), new Topics("r"), "alone"),
            model(file, OptionalDouble.empty(), BatchNormScope.JOINT),
            new TrainerOptions.Learning(
                true,
                1,
                OptimizerSpec.parse("sgd", 0.9),
                new TrainerOptions.Rate(0.01, Schedule.parse("constant"), 20),
                5e-4,
                1),
            new TrainerOptions.Storage(Path.of("/checkpoints"), false, OptionalLong.empty()),
            TrainerOptions.Evaluation.EVERYTHING,
            new TrainerOptions.Compute(1)),
        spec);
  }
}
