package io.pairstream.local.command;

import io.pairstream.augmenter.KernelCheck;
import io.pairstream.config.DeviceChoice;
import io.pairstream.config.KafkaOptions;
import io.pairstream.local.doctor.NativeProbe;
import io.pairstream.local.options.ArgumentList;
import io.pairstream.local.options.AugmentFlags;
import io.pairstream.local.options.BadRatioFlags;
import io.pairstream.local.options.ClipFlags;
import io.pairstream.local.options.DatasetFlags;
import io.pairstream.local.options.KafkaFlags;
import io.pairstream.local.options.LearningFlags;
import io.pairstream.local.options.PairFlags;
import io.pairstream.local.options.PluginFlags;
import io.pairstream.local.options.ReadingFlags;
import io.pairstream.local.options.RecipeFlags;
import io.pairstream.local.options.ReportFlags;
import io.pairstream.local.options.RunNameFlags;
import io.pairstream.local.options.SizeFlags;
import io.pairstream.local.options.StreamFlags;
import io.pairstream.local.options.TrainFlags;
import io.pairstream.local.options.Usage;
import io.pairstream.local.recipe.RecipeDefaults;
import io.pairstream.local.report.ProgressDisplay;
import io.pairstream.local.report.RunReport;
import io.pairstream.local.run.LocalRun;
import io.pairstream.local.run.RunFolder;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.Report;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.DatasetReader;
import io.pairstream.producer.load.ClipFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/// `pairstream run`: everything on this machine, with your videos.
@Command(
    name = "run",
    description = {
      "Trains a model on your videos on this machine: starts a broker, a producer, an augmenter and"
          + " a trainer, a process each.",
      "Everything is kept in --out: the broker's data, checkpoints, pictures, the report."
    })
final class RunCommand implements Callable<Integer> {
  private static final String TRAINER = "main";
  private static final String INSTANCE = "trainer";

  @Mixin private RecipeFlags recipe = new RecipeFlags();
  @Mixin private RunNameFlags run = new RunNameFlags();
  @Mixin private SizeFlags size = new SizeFlags();
  @Mixin private DatasetFlags dataset = new DatasetFlags();
  @Mixin private ClipFlags clips = new ClipFlags();
  @Mixin private StreamFlags stream = new StreamFlags();
  @Mixin private PairFlags pairs = new PairFlags();
  @Mixin private PluginFlags plugins = new PluginFlags();
  @Mixin private BadRatioFlags bad = new BadRatioFlags();
  @Mixin private AugmentFlags augment = new AugmentFlags();
  @Mixin private TrainFlags train = new TrainFlags();
  @Mixin private LearningFlags learning = new LearningFlags();
  @Mixin private ReadingFlags reading = new ReadingFlags();
  @Mixin private ReportFlags report = new ReportFlags();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder for all that the run leaves; new or empty, or with --resume.")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      description =
          "Go on with the run in --out, with the options that it began with and those given now.")
  private boolean resume;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Logging.quiet();
    Path folder = Usage.given("--out", out);
    IDefaultValueProvider defaults =
        Objects.requireNonNull(spec).commandLine().getDefaultValueProvider();
    if (!resume) {
      return begin(folder, given(defaults));
    }
    // What the recipe says was kept when the run began.
    return resume(
        folder, given(defaults instanceof RecipeDefaults both ? both.environment() : defaults));
  }

  /// The options that are given, but those of this process alone.
  private ArgumentList given(IDefaultValueProvider defaults) {
    ParseResult parsed = Objects.requireNonNull(spec).commandLine().getParseResult();
    return ArgumentList.of(
        parsed, defaults, recipe, run, size, dataset, clips, stream, pairs, plugins, bad, augment,
        train, learning, reading);
  }

  private int begin(Path folder, ArgumentList options) throws InterruptedException {
    requireSound();
    RunFolder made = RunFolder.create(folder);
    made.keepOptions(options);
    return execute(made);
  }

  /// Goes on: reads the options that the run began with as if they were on the command line.
  private int resume(Path folder, ArgumentList given) throws InterruptedException {
    RunFolder existing = RunFolder.existing(folder);
    ArgumentList kept = existing.options();
    requireSameRecipe(
        folder, kept.value(RecipeFlags.OPTION).filter(name -> !name.equals(RecipeFlags.NONE)));
    ArgumentList all = kept.and(given);
    List<String> words = new ArrayList<>(all.words());
    words.add("--out=" + folder);
    words.add("--resume");
    RunCommand completed = new RunCommand();
    picocli.CommandLine second = new picocli.CommandLine(completed);
    second.setDefaultValueProvider(_ -> null);
    second.parseArgs(words.toArray(String[]::new));
    completed.report = report;
    completed.requireSound();
    return existing.goOnWith(all, () -> completed.execute(existing));
  }

  private void requireSameRecipe(Path folder, Optional<String> began) {
    Optional<String> now = recipe.recipe();
    if (now.isPresent() && !now.equals(began)) {
      throw ServiceException.usage(
          "the run in '%s' began with %s, and cannot go on with recipe '%s'"
              .formatted(
                  folder,
                  began.map(name -> "recipe '" + name + "'").orElse("no recipe"),
                  now.get()));
    }
  }

  /// Finds what is wrong with the options before anything is made.
  private void requireSound() {
    ClipFormat format = clips.format();
    train.model().requirePossible();
    Usage.checked(() -> {
      train.model().requireTakes(format.frames(), format.size().height(), format.size().width());
      return true;
    });
    KafkaOptions nowhere = new KafkaFlags().options("nowhere:1", size.maxRecordBytes());
    reading.input(nowhere, run.topics(), TRAINER, reading.limits(Duration.ZERO, bad.or(0)));
    learning.learning();
    train.threads();
    augment.threads();
    reading.checkpointEvery();
    stream.partitions();
    stream.loading();
    pairs.probability();
    KernelCheck.require(pairs.plan(plugins.catalog()), augment.device());
    pairs.encoding();
    stream.normalization();
    stream.bounds(List.of(TRAINER), bad.or(0));
    if (augment.device() instanceof DeviceChoice.Cuda
        || train.device() instanceof DeviceChoice.Cuda) {
      NativeProbe.CUDA.loadHere();
    }
    try {
      DatasetReader.detect(dataset.options()).read();
    } catch (IOException e) {
      throw ServiceException.environment(
          "dataset " + dataset.options().path() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private int execute(RunFolder folder) throws InterruptedException {
    ParseResult parsed = Objects.requireNonNull(spec).commandLine().getParseResult();
    LocalRun.Trainer trainer =
        new LocalRun.Trainer(
            TRAINER, INSTANCE, ArgumentList.of(parsed, bad, train, learning, reading));
    LocalRun.Plan plan =
        new LocalRun.Plan(
            folder,
            run.topics(),
            size.maxRecordBytes(),
            ArgumentList.of(parsed, dataset, clips, stream, pairs, plugins, bad),
            ArgumentList.of(parsed, augment, pairs, plugins, bad),
            List.of(trainer),
            resume);
    try (ProgressDisplay display =
        new ProgressDisplay(Terminal.out(spec), ProgressDisplay.onTerminal())) {
      LocalRun.Outcome outcome = new LocalRun(plan, display).execute();
      Report written =
          RunReport.of(
              "run",
              run.topics().name(),
              outcome.seconds(),
              outcome.services(),
              outcome.verification(),
              INSTANCE);
      List<String> lines = new ArrayList<>(RunReport.summary(written));
      lines.add("checkpoints: " + folder.checkpoints(TRAINER));
      lines.add("pictures of pairs: " + folder.pairs());
      recipe.recipe().ifPresent(name -> written.put("recipe", name));
      folder.keepReport(written, lines);
      report.write(written);
      lines.forEach(display::tell);
      return (outcome.verification().whole() ? ExitCode.DONE : ExitCode.BAD_INPUT).code();
    }
  }
}
