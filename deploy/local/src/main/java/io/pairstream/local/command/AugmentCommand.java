package io.pairstream.local.command;

import io.pairstream.augmenter.AugmenterOptions;
import io.pairstream.augmenter.AugmenterService;
import io.pairstream.local.options.AugmentFlags;
import io.pairstream.local.options.BadRatioFlags;
import io.pairstream.local.options.KafkaFlags;
import io.pairstream.local.options.ManagementFlags;
import io.pairstream.local.options.PairFlags;
import io.pairstream.local.options.PluginFlags;
import io.pairstream.local.options.RecipeFlags;
import io.pairstream.local.options.ReportFlags;
import io.pairstream.local.options.RunNameFlags;
import io.pairstream.local.options.SizeFlags;
import io.pairstream.local.options.Usage;
import io.pairstream.ops.ServiceMetrics;
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
    })
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
    AugmenterOptions options =
        Usage.checked(() ->
            new AugmenterOptions(
                kafka.options(size.maxRecordBytes()),
                run.topics(),
                Instance.main(Role.AUGMENTER),
                augment.threads(),
                new AugmenterOptions.Expected(
                    pairs.augmentation(), pairs.probability(), pairs.encoding()),
                follow,
                bad.or(MAX_BAD_RATIO),
                Duration.ofSeconds(runTimeout),
                plugins.catalog()));
    ServiceMetrics metrics = new ServiceMetrics("augmenter", "0");
    AugmenterService service = new AugmenterService(options, augment.device(), metrics);
    return ServiceRunner.run(service, metrics, management, report);
  }
}
