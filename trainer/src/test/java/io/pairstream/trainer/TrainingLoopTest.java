package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.journal.Event;
import io.pairstream.journal.Message;
import io.pairstream.journal.MessageType;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.BatchOrder;
import io.pairstream.trainer.checkpoint.Checkpoint;
import io.pairstream.trainer.checkpoint.CheckpointStore;
import io.pairstream.trainer.checkpoint.EpochMetrics;
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
import io.pairstream.trainer.optim.Schedule;
import io.pairstream.trainer.stream.PairStream;
import io.pairstream.trainer.torch.TorchRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoopTest {
  /// Two epochs of five batches.
  private static final BatchOrder ORDER = new BatchOrder(5, 2, 3);

  private final TorchRuntime torch = TorchRuntime.start(1);

  @TempDir Path folder;

  /// What the world outside the process keeps: checkpoints, commits, journal.
  private final class World {
    private final CheckpointStore store;
    private final List<Long> commits = new ArrayList<>();
    private final List<Message> journal = new ArrayList<>();

    World(String name) {
      store = new CheckpointStore(new FolderStorage(folder.resolve(name)));
    }

    List<Message.Batch> batches() {
      return journal.stream()
          .filter(Message.Batch.class::isInstance)
          .map(Message.Batch.class::cast)
          .toList();
    }

    List<Long> told() {
      return batches().stream().map(batch -> ORDER.number(batch.id())).toList();
    }

    Checkpoint latest() {
      return store.latest().orElseThrow();
    }
  }

  /// Hands out batches by number; fails, or has nothing for a while, where it is told to.
  private static final class Batches implements PairStream {
    private final World world;
    private long next;
    private long failAt = Long.MAX_VALUE;
    private long failCommitAt = Long.MAX_VALUE;
    private long skip = -1;
    private final List<Long> starveAt = new ArrayList<>();
    private int nothings;
    private long poisonAt = Long.MAX_VALUE;
    private Runnable poison = () -> {};

    Batches(World world) {
      this.world = world;
    }

    @Override
    public Delivery next(Duration patience) {
      if (next >= failAt) {
        throw new IllegalStateException("killed");
      }
      if (next == poisonAt) {
        poison.run();
      }
      if (starveAt.contains(next) && nothings++ < 2) {
        return new Delivery.Nothing();
      }
      nothings = 0;
      long number = next++;
      return number == skip
          ? new Delivery.Skipped(number, "no clip could be decoded", 17)
          : new Delivery.Batch(number, Pairs.recipe(number, 2), 100 + number);
    }

    @Override
    public void commit(long next) {
      if (next >= failCommitAt) {
        throw new IllegalStateException("killed");
      }
      assertThat(world.latest().manifest().progress().next())
          .as("what is committed is durable")
          .isEqualTo(next);
      world.commits.add(next);
    }
  }

  private record Setting(int accumulate, long checkpointEvery) {}

  private static final Setting PLAIN = new Setting(1, 100);

  /// Runs the loop from the world's latest checkpoint, or from the beginning.
  private Progress run(World world, Batches batches, Setting setting, BooleanSupplier stopping)
      throws InterruptedException {
    ModelSpec spec =
        new ModelSpec("tsm-resnet18-narrow", 4, 3, OptionalDouble.of(0.3), 0, DataType.FLOAT32);
    try (VideoNet net = VideoNets.create(spec, torch.newManager());
        Optimizer optimizer = new AdamW(net, 0.01, 0.9)) {
      Checkpoint checkpoint =
          world
              .store
              .latest()
              .orElseGet(() -> new Checkpoint(StateDict.of(net), optimizer.state(), manifest()));
      StateDict.load(net, checkpoint.model());
      optimizer.load(checkpoint.optimizer());
      Progress progress = checkpoint.manifest().progress();
      batches.next = progress.next();
      batches.poison =
          () -> {
            SortedMap<String, Tensor> state = StateDict.of(net);
            state.put("new_fc.bias", Tensor.ofFloats(Shape.of(3), Float.NaN, 0, 0));
            StateDict.load(net, state);
          };
      BatchAssembler assembler = new BatchAssembler(Normalization.IMAGENET, DataType.FLOAT32);
      TrainingLoop loop =
          new TrainingLoop(
              new TrainingPlan(
                  ORDER,
                  new Schedule.OneCycle(),
                  1e-3,
                  new TrainingPlan.Cadence(
                      setting.accumulate(), setting.checkpointEvery(), Duration.ZERO, 0.1)),
              batches,
              new TrainStep(
                  net,
                  optimizer,
                  assembler,
                  new TrainStep.StepOptions(
                      1, true, BatchNormScope.JOINT, Double.POSITIVE_INFINITY, 0)),
              new Evaluator(
                  net, assembler, (sets, reader) -> {}, new Evaluator.Plan(List.of(), List.of())),
              new CheckpointWriter(
                  world.store,
                  net,
                  optimizer,
                  batches,
                  events -> {
                    List<Message> messages = events.stream().map(Event::message).toList();
                    for (Message message : messages) {
                      if (message instanceof Message.Batch batch) {
                        assertThat(world.commits)
                            .as("what is told of is committed")
                            .anyMatch(next -> next > ORDER.number(batch.id()));
                      }
                    }
                    world.journal.addAll(messages);
                  },
                  checkpoint.manifest()),
              new TrainingMeter(new Tally(), ORDER.total(), progress));
      return loop.run(progress, stopping);
    }
  }

  private static Manifest manifest() {
    return new Manifest(
        Manifest.FORMAT,
        "run",
        "id",
        "alone",
        "tsm-resnet18-narrow",
        List.of("a", "b", "c"),
        new TreeMap<>(),
        Progress.startingAt(0),
        List.of(),
        null);
  }

  private World undisturbed(Setting setting) throws InterruptedException {
    World world = new World("undisturbed-" + setting.accumulate());
    run(world, new Batches(world), setting, () -> false);
    return world;
  }

  @Test
  void everyBatchIsTrainedOnOnceAndToldOnce() throws InterruptedException {
    World world = new World("plain");
    Progress progress = run(world, new Batches(world), PLAIN, () -> false);
    assertThat(progress.next()).isEqualTo(10);
    assertThat(progress.steps()).isEqualTo(10);
    assertThat(progress.clips()).isEqualTo(20);
    assertThat(progress.history()).extracting(EpochMetrics::epoch).containsExactly(0L, 1L);
    assertThat(world.told()).containsExactlyElementsOf(LongStream.range(0, 10).boxed().toList());
    assertThat(world.batches().get(3).crc32c()).isEqualTo(103);
    assertThat(world.batches().get(3).measures().orElseThrow().crossEntropy()).isPositive();
    assertThat(world.journal)
        .filteredOn(message -> !(message instanceof Message.Batch))
        .extracting(Message::type)
        .containsExactly(
            MessageType.TRAINED,
            MessageType.CHECKPOINT,
            MessageType.TRAINED,
            MessageType.CHECKPOINT);
    // At each epoch's end.
    assertThat(world.commits).containsExactly(5L, 10L);
  }

  @Test
  void checkpointsComeAfterSoManyBatchesAndAtEpochEnds() throws InterruptedException {
    World world = new World("cadence");
    run(world, new Batches(world), new Setting(1, 2), () -> false);
    assertThat(world.commits).containsExactly(2L, 4L, 5L, 7L, 9L, 10L);
  }

  @Test
  void aStarvedTrainerSavesWhatItHas() throws InterruptedException {
    World world = new World("starved");
    Batches batches = new Batches(world);
    batches.starveAt.addAll(List.of(0L, 3L));
    run(world, batches, PLAIN, () -> false);
    assertThat(world.commits).containsExactly(3L, 5L, 10L);
    assertEqual(world, undisturbed(PLAIN));
  }

  @Test
  void skippedBatchesArePassedOverAndTold() throws InterruptedException {
    World world = new World("skipped");
    Batches batches = new Batches(world);
    batches.skip = 4;
    Progress progress = run(world, batches, PLAIN, () -> false);
    assertThat(progress.skipped()).isEqualTo(1);
    assertThat(progress.steps()).isEqualTo(9);
    assertThat(world.batches().get(4).skipped()).isTrue();
    assertThat(world.commits).containsExactly(5L, 10L);
  }

  @Test
  void aKilledAndResumedTrainingEndsWithTheSameBits() throws InterruptedException {
    World straight = undisturbed(PLAIN);
    World world = new World("killed");
    for (long kill : new long[] {1, 3, 4, 8}) {
      Batches batches = new Batches(world);
      batches.failAt = kill;
      assertThatThrownBy(() -> run(world, batches, new Setting(1, 2), () -> false))
          .hasMessage("killed");
    }
    run(world, new Batches(world), new Setting(1, 2), () -> false);
    assertEqual(world, straight);
    assertThat(world.told()).containsExactlyElementsOf(LongStream.range(0, 10).boxed().toList());
  }

  @Test
  void aLossThatIsNoNumberEndsTheTrainingAndTheLastCheckpointStays() throws InterruptedException {
    Setting often = new Setting(1, 2);
    World world = new World("poisoned");
    Batches poisoned = new Batches(world);
    poisoned.poisonAt = 8;
    assertThatThrownBy(() -> run(world, poisoned, often, () -> false))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_INPUT))
        .hasMessageContaining("the loss of batch 0/8 is NaN");
    assertThat(world.latest().manifest().progress().next()).isEqualTo(7);
    assertThat(world.commits.getLast()).isEqualTo(7);
    run(world, new Batches(world), often, () -> false);
    assertEqual(world, undisturbed(PLAIN));
  }

  @Test
  void aStoppedAndResumedTrainingEndsWithTheSameBits() throws InterruptedException {
    World world = new World("stopped");
    int[] asked = {0};
    Progress stopped = run(world, new Batches(world), PLAIN, () -> asked[0]++ == 3);
    assertThat(stopped.next()).isEqualTo(3);
    assertThat(world.commits).containsExactly(3L);
    run(world, new Batches(world), PLAIN, () -> false);
    assertEqual(world, undisturbed(PLAIN));
  }

  @Test
  void accumulationSurvivesStarvationAndKillsInTheMiddleOfAStep() throws InterruptedException {
    Setting two = new Setting(2, 100);
    World straight = undisturbed(two);
    // Batches 0 and 1, 2 and 3, 4 alone at the epoch's end.
    assertThat(straight.latest().manifest().progress().steps()).isEqualTo(6);
    World world = new World("accumulated");
    Batches batches = new Batches(world);
    batches.starveAt.add(3L);
    batches.failAt = 4;
    assertThatThrownBy(() -> run(world, batches, two, () -> false)).hasMessage("killed");
    // Starved within the second step, so that only the first is saved.
    assertThat(world.commits).containsExactly(2L);
    run(world, new Batches(world), two, () -> false);
    assertEqual(world, straight);
    assertThat(world.told()).containsExactlyElementsOf(LongStream.range(0, 10).boxed().toList());
  }

  @Test
  void aCheckpointWhoseJournalLinesWereLostStillListsThem() throws InterruptedException {
    World world = new World("unfinished");
    Batches batches = new Batches(world);
    batches.failCommitAt = 5;
    assertThatThrownBy(() -> run(world, batches, PLAIN, () -> false)).hasMessage("killed");
    assertThat(world.batches()).isEmpty();
    assertThat(world.latest().manifest().batches())
        .extracting(line -> ORDER.number(line.id()))
        .containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  private static void assertEqual(World a, World b) {
    assertEqual(a.latest().model(), b.latest().model());
    assertEqual(a.latest().optimizer(), b.latest().optimizer());
  }

  private static void assertEqual(SortedMap<String, Tensor> a, SortedMap<String, Tensor> b) {
    assertThat(a.keySet()).isEqualTo(b.keySet());
    a.forEach((name, tensor) -> {
      Tensor other = b.get(name);
      assertThat(other != null && tensor.contentEquals(other)).as(name).isTrue();
    });
  }
}
