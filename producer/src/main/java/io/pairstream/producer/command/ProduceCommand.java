package io.pairstream.producer.command;

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
import io.pairstream.clip.BatchId;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.metrics.Tally;
import io.pairstream.producer.ProducerOptions;
import io.pairstream.producer.ProducerOptions.Bounds;
import io.pairstream.producer.ProducerService;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import io.pairstream.run.RunRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `pairstream produce`: videos into clip batches.
@Command(
    name = "produce",
    description = {
      "Declares a run and streams its videos as clip batches, as far ahead as the trainers allow.",
      "Started again, it goes on where it was."
    },
    footer = {
      "",
      "Example:",
      "  pairstream produce --bootstrap localhost:9092 --run first --dataset videos --epochs 20 --trainers mca,baseline"
    })
final class ProduceCommand implements Callable<Integer> {
  @Mixin private RecipeFlags recipe = new RecipeFlags();
  @Mixin private RunNameFlags run = new RunNameFlags();
  @Mixin private KafkaFlags kafka = new KafkaFlags();
  @Mixin private SizeFlags size = new SizeFlags();
  @Mixin private DatasetFlags dataset = new DatasetFlags();
  @Mixin private ClipFlags clips = new ClipFlags();
  @Mixin private StreamFlags stream = new StreamFlags();
  @Mixin private PairFlags pairs = new PairFlags();
  @Mixin private PluginFlags plugins = new PluginFlags();
  @Mixin private BadRatioFlags bad = new BadRatioFlags();
  @Mixin private ManagementFlags management = new ManagementFlags();
  @Mixin private ReportFlags report = new ReportFlags();

  @Option(
      names = "--trainers",
      paramLabel = "NAME,…",
      split = ",",
      defaultValue = "main",
      description =
          "The trainers that follow the run: nothing that one of them still needs is deleted"
              + " (default: ${DEFAULT-VALUE}).")
  private List<String> trainers = List.of("main");

  @Option(names = "--fresh", description = "Delete the run's topics and consumer groups first.")
  private boolean fresh;

  @Option(
      names = "--from",
      paramLabel = "E/B",
      description = "Make the batches from this one on again (not supported yet).")
  private @Nullable String from;

  @Option(
      names = "--producer",
      paramLabel = "I",
      defaultValue = "0",
      description = "Which of the run's producers this one is (default: ${DEFAULT-VALUE}).")
  private int producer;

  @Option(
      names = "--producers",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many producers share the run (so far ${DEFAULT-VALUE}).")
  private int producers;

  @Option(
      names = "--leave-when-sent",
      description =
          "End when the last batch is sent; what is buffered then is not deleted (default: stay"
              + " until every trainer has committed it).")
  private boolean leaveWhenSent;

  @Override
  public Integer call() throws InterruptedException {
    ProducerOptions options = options();
    if (fresh) {
      delete(options.kafka(), options.topics());
    }
    Tally tally = new Tally();
    ProducerService service = new ProducerService(options, tally);
    return ServiceRunner.run(
        new ServiceRunner.Running(
            service,
            options.topics().name(),
            new Instance(Role.PRODUCER, Instance.MAIN, producer),
            tally),
        management,
        report);
  }

  private static void delete(KafkaOptions options, Topics topics) throws InterruptedException {
    try (RunRegistry registry = new RunRegistry(options, topics)) {
      registry.delete();
    }
  }

  private ProducerOptions options() {
    return new ProducerOptions(
        run.topics(),
        kafka.options(size.maxRecordBytes()),
        dataset.options(),
        new ProducerOptions.ContentOptions(
            stream.seed(),
            clips.format(),
            clips.clipsPerBatch(),
            stream.partitions(),
            new ProducerOptions.PairOptions(
                pairs.declaredAugmentation(plugins.catalog()),
                pairs.plan(plugins.catalog()).followsFromRecipe(),
                pairs.probability().orElse(PairFlags.DEFAULT_PROBABILITY),
                pairs.encoding().orElse(PairFlags.DEFAULT_ENCODING),
                stream.normalization())),
        stream.bounds(named(), bad.or(Bounds.DEFAULT_MAX_BAD_RATIO)),
        new ProducerOptions.Work(
            producer,
            producers,
            Optional.ofNullable(from)
                .map(text -> Usage.checked("--from", () -> BatchId.parse(text))),
            stream.loading(),
            !leaveWhenSent));
  }

  private List<String> named() {
    trainers.forEach(
        name -> Usage.checked("--trainers", () -> new Instance(Role.TRAINER, name, 0)));
    return trainers;
  }
}
