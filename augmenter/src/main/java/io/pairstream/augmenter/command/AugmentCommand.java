package io.pairstream.augmenter.command;

import io.pairstream.augmenter.AugmenterOptions;
import io.pairstream.augmenter.AugmenterService;
import io.pairstream.cli.ServiceRunner;
import io.pairstream.cli.options.BadRatioFlags;
import io.pairstream.cli.options.KafkaFlags;
import io.pairstream.cli.options.ManagementFlags;
import io.pairstream.cli.options.PairFlags;
import io.pairstream.cli.options.PluginFlags;
import io.pairstream.cli.options.RecipeFlags;
import io.pairstream.cli.options.ReportFlags;
import io.pairstream.cli.options.RunNameFlags;
import io.pairstream.cli.options.SizeFlags;
import io.pairstream.cli.options.Usage;
import io.pairstream.metrics.Tally;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `pairstream augment`: clip batches into pair batches.
@Command(
    name = "augment",
    description = {
      "Makes pair batches of a run's clip batches, until the run is complete.",
      "Waits for the run to be declared by its producer."
    },
    footer = {"", "Example:", "  pairstream augment --bootstrap localhost:9092 --run first"})
final class AugmentCommand implements Callable<Integer> {
  private static final double MAX_BAD_RATIO = 0.1;

  @Mixin private RecipeFlags recipe = new RecipeFlags();
  @Mixin private RunNameFlags run = new RunNameFlags();
  @Mixin private KafkaFlags kafka = new KafkaFlags();
  @Mixin private SizeFlags size = new SizeFlags();
  @Mixin private AugmentFlags augment = new AugmentFlags();
  @Mixin private PairFlags pairs = new PairFlags();
  @Mixin private PluginFlags plugins = new PluginFlags();
  @Mixin private BadRatioFlags bad = new BadRatioFlags();
  @Mixin private ManagementFlags management = new ManagementFlags();
  @Mixin private ReportFlags report = new ReportFlags();

  @Option(
      names = "--augmenter",
      paramLabel = "I",
      defaultValue = "0",
      description =
          "Which of the run's augmenters this one is, for its metrics, its journal and its log"
              + " (default: ${DEFAULT-VALUE}).")
  private int augmenter;

  @Option(
      names = "--follow",
      description = "Go on when the run is complete, for epochs that may be added.")
  private boolean follow;

  @Option(
      names = "--run-timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long to wait for the run to be declared (default: ${DEFAULT-VALUE}).")
  private long runTimeout;

  @Override
  public Integer call() throws InterruptedException {
    Instance instance =
        Usage.checked("--augmenter", () -> new Instance(Role.AUGMENTER, Instance.MAIN, augmenter));
    AugmenterOptions options =
        Usage.checked(() ->
            new AugmenterOptions(
                kafka.options(size.maxRecordBytes()),
                run.topics(),
                instance,
                augment.threads(),
                new AugmenterOptions.Expected(
                    pairs.augmentation(), pairs.probability(), pairs.encoding()),
                follow,
                bad.or(MAX_BAD_RATIO),
                Duration.ofSeconds(runTimeout),
                plugins.catalog()));
    Tally tally = new Tally();
    AugmenterService service = new AugmenterService(options, augment.device(), tally);
    return ServiceRunner.run(
        new ServiceRunner.Running(service, options.topics().name(), options.instance(), tally),
        management,
        report);
  }
}
