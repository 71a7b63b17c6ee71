package io.pairstream.trainer.command;

import io.pairstream.cli.ServiceRunner;
import io.pairstream.cli.options.BadRatioFlags;
import io.pairstream.cli.options.KafkaFlags;
import io.pairstream.cli.options.ManagementFlags;
import io.pairstream.cli.options.RecipeFlags;
import io.pairstream.cli.options.ReportFlags;
import io.pairstream.cli.options.RunNameFlags;
import io.pairstream.cli.options.SizeFlags;
import io.pairstream.cli.options.Usage;
import io.pairstream.config.DeviceChoice;
import io.pairstream.metrics.Tally;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import io.pairstream.trainer.TrainerOptions;
import io.pairstream.trainer.TrainerService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `pairstream train`: pair batches into checkpoints.
@Command(
    name = "train",
    description = {
      "Trains a model on a run's pairs, every batch once, until the run is complete.",
      "Waits for the run to be declared by its producer."
    },
    footer = {
      "",
      "Example:",
      "  pairstream train --bootstrap localhost:9092 --run first --name mca --model tsm-resnet18 --checkpoints out/checkpoints"
    })
final class TrainCommand implements Callable<Integer> {
  @Mixin private RecipeFlags recipe = new RecipeFlags();
  @Mixin private RunNameFlags run = new RunNameFlags();
  @Mixin private KafkaFlags kafka = new KafkaFlags();
  @Mixin private SizeFlags size = new SizeFlags();
  @Mixin private TrainFlags train = new TrainFlags();
  @Mixin private LearningFlags learning = new LearningFlags();
  @Mixin private ReadingFlags reading = new ReadingFlags();
  @Mixin private BadRatioFlags bad = new BadRatioFlags();
  @Mixin private ManagementFlags management = new ManagementFlags();
  @Mixin private ReportFlags report = new ReportFlags();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "The same as --train-device, and before it.")
  private @Nullable String device;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "main",
      description = "Which of the run's trainers this one is (default: ${DEFAULT-VALUE}).")
  private String name = "main";

  @Option(
      names = "--checkpoints",
      paramLabel = "DIR",
      required = true,
      description = "Where its checkpoints go; a folder for this trainer alone.")
  private @Nullable Path checkpoints;

  @Option(names = "--resume", description = "Go on with the checkpoints that are there.")
  private boolean resume;

  @Option(
      names = "--run-timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long to wait for the run to be declared (default: ${DEFAULT-VALUE}).")
  private long runTimeout;

  private DeviceChoice device() {
    String chosen = device;
    return chosen == null
        ? train.device()
        : Usage.checked("--device", () -> DeviceChoice.parse("--device", chosen));
  }

  @Override
  public Integer call() throws InterruptedException {
    Instance instance = Usage.checked("--name", () -> new Instance(Role.TRAINER, name, 0));
    TrainerOptions options =
        Usage.checked(() ->
            new TrainerOptions(
                reading.input(
                    kafka.options(size.maxRecordBytes()),
                    run.topics(),
                    name,
                    reading.limits(
                        Duration.ofSeconds(runTimeout),
                        bad.or(TrainerOptions.Limits.USUAL.maxBadRatio()))),
                train.model(),
                learning.learning(),
                new TrainerOptions.Storage(
                    Usage.given("--checkpoints", checkpoints), resume, reading.checkpointEvery()),
                train.evaluation(),
                reading.compute(train.threads(), device())));
    Tally tally = new Tally();
    TrainerService service = new TrainerService(options, tally);
    return ServiceRunner.run(
        new ServiceRunner.Running(service, options.input().topics().name(), instance, tally),
        management,
        report);
  }
}
