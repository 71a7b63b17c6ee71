package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.run.RunSpec;
import io.pairstream.run.ValidationSet;
import io.pairstream.trainer.checkpoint.Checkpoint;
import io.pairstream.trainer.checkpoint.Progress;
import io.pairstream.trainer.loss.StepResult;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.optim.OptimizerSpec;
import io.pairstream.trainer.optim.Schedule;
import io.pairstream.trainer.stream.StartingPoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TrainerChecksTest {
  private static final StartingPoint FRESH = new StartingPoint(0, List.of(0L), false);
  private static final StartingPoint REGISTERED = new StartingPoint(0, List.of(0L), true);

  /// 12 batches of 2 clips; the credit is 5 batches.
  private final RunSpec spec = spec(5 * (spec(1).clipRecordBytes() + spec(1).pairRecordBytes()));

  private static RunSpec spec(long maxBufferedBytes) {
    return new RunSpec(
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
            List.of("a", "b", "c"),
            List.of(
                new ValidationSet("val", 2, 1),
                new ValidationSet("hue60", 2, 1),
                new ValidationSet("hue120", 2, 1))),
        1,
        List.of("alone"),
        maxBufferedBytes);
  }

  @Test
  void checkpointsComeAtHalfTheCreditOrFiftyBatches() {
    assertThat(spec.credit().batches()).isEqualTo(5);
    assertThat(checks(false).checkpointEvery()).isEqualTo(2);
    assertThat(new TrainerChecks(options(false, 1, List.of()), spec(1L << 40)).checkpointEvery())
        .isEqualTo(50);
  }

  @Test
  void accumulationBeyondTheCreditIsRefused() {
    new TrainerChecks(options(false, 5, List.of()), spec).requireDeclared();
    assertThatThrownBy(
            () -> new TrainerChecks(options(false, 6, List.of()), spec).requireDeclared())
        .hasMessageStartingWith("--accumulate 6 is more than the 5 batches that may wait at once");
  }

  @Test
  void setsThatAreTestedAtTheEndAreLeftOutOfTheEpochs() {
    Evaluator.Plan plan =
        new TrainerChecks(options(false, 1, List.of("hue60", "hue120")), spec).evaluation();
    assertThat(plan.after(false)).containsExactly("val");
    assertThat(plan.after(true)).containsExactlyInAnyOrder("val", "hue60", "hue120");
    assertThat(plan.selecting()).contains("val");
    assertThatThrownBy(
            () -> new TrainerChecks(options(false, 1, List.of("hue90")), spec).evaluation())
        .hasMessage("run 'r' has the validation sets [val, hue60, hue120], not 'hue90'");
  }

  @Test
  void aNewTrainerInAnEmptyFolderBegins() {
    assertThat(checks(false).consistent(Optional.empty(), FRESH)).isEmpty();
    assertThat(checks(true).consistent(Optional.empty(), FRESH)).isEmpty();
  }

  @Test
  void aTrainerKilledBeforeItRegisteredBeginsAnew() {
    assertThat(checks(false).consistent(checkpoint(0), FRESH)).isEmpty();
  }

  @Test
  void checkpointsAreResumedOnlyWhenAskedFor() {
    assertThat(checks(true).consistent(checkpoint(3), REGISTERED)).isPresent();
    assertThatThrownBy(() -> checks(false).consistent(checkpoint(3), REGISTERED))
        .hasMessageEndingWith("up to batch 0/3: --resume goes on with them");
  }

  @Test
  void commitsWithoutTheirCheckpointsAreRefused() {
    StartingPoint ahead = new StartingPoint(5, List.of(5L), true);
    assertThatThrownBy(() -> checks(true).consistent(Optional.empty(), ahead))
        .hasMessageStartingWith("trainer 'alone' has committed up to batch 0/5, but /checkpoints");
    assertThatThrownBy(() -> checks(true).consistent(checkpoint(3), ahead))
        .hasMessageEndingWith("has committed up to 0/5: is this an old copy?");
  }

  @Test
  void checkpointsOfARunThatWasBegunAnewAreRefused() {
    assertThatThrownBy(() -> checks(true).consistent(checkpoint(3), FRESH))
        .hasMessageEndingWith("but the run was begun anew since: give another folder");
  }

  private TrainerChecks checks(boolean resume) {
    return new TrainerChecks(options(resume, 1, List.of()), spec);
  }

  private Optional<Checkpoint> checkpoint(int batches) {
    Progress progress = Progress.startingAt(0);
    for (int i = 0; i < batches; i++) {
      progress = progress.trained(new StepResult(1, 1, 0, 2, 1, 2)).stepped();
    }
    return Optional.of(
        new Checkpoint(
            new TreeMap<>(), new TreeMap<>(), checks(true).manifest(0).with(progress, List.of())));
  }

  private static TrainerOptions options(boolean resume, int accumulate, List<String> atEnd) {
    return new TrainerOptions(
        new TrainerOptions.Input(new KafkaOptions("nowhere:1"), new Topics("r"), "alone"),
        new TrainerOptions.Model(
            "tsm-resnet18", OptionalDouble.empty(), BatchNormScope.JOINT, Optional.empty()),
        new TrainerOptions.Learning(
            true,
            1,
            OptimizerSpec.parse("sgd", 0.9),
            new TrainerOptions.Rate(0.01, Schedule.parse("step:20,40"), 20),
            5e-4,
            accumulate),
        new TrainerOptions.Storage(Path.of("/checkpoints"), resume, OptionalLong.empty()),
        new TrainerOptions.Evaluation(Optional.empty(), atEnd, 0),
        new TrainerOptions.Compute(1));
  }
}
