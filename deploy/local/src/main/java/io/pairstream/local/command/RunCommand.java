package io.pairstream.local.command;

import io.pairstream.augmenter.KernelCheck;
import io.pairstream.augmenter.command.AugmentFlags;
import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.ArgumentList;
import io.pairstream.cli.options.BadRatioFlags;
import io.pairstream.cli.options.KafkaFlags;
import io.pairstream.cli.options.PairFlags;
import io.pairstream.cli.options.PluginFlags;
import io.pairstream.cli.options.RecipeFlags;
import io.pairstream.cli.options.ReportFlags;
import io.pairstream.cli.options.RunNameFlags;
import io.pairstream.cli.options.SizeFlags;
import io.pairstream.cli.options.Usage;
import io.pairstream.cli.source.LayeredDefaults;
import io.pairstream.config.DeviceChoice;
import io.pairstream.config.KafkaOptions;
import io.pairstream.local.doctor.NativeProbe;
import io.pairstream.local.options.InstanceFlags;
import io.pairstream.local.options.TrainerSettings;
import io.pairstream.local.report.ProgressDisplay;
import io.pairstream.local.report.RunReport;
import io.pairstream.local.report.RunTotals;
import io.pairstream.local.run.LocalRun;
import io.pairstream.local.run.MemoryNeed;
import io.pairstream.local.run.MemoryNeed.Batch;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.command.ClipFlags;
import io.pairstream.producer.command.DatasetFlags;
import io.pairstream.producer.command.StreamFlags;
import io.pairstream.producer.dataset.DatasetFormats;
import io.pairstream.producer.dataset.DatasetSummary;
import io.pairstream.producer.load.ClipFormat;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import io.pairstream.trainer.command.LearningFlags;
import io.pairstream.trainer.command.ReadingFlags;
import io.pairstream.trainer.command.TrainFlags;
import io.pairstream.watch.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
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
    },
    footer = {
      "",
      "Example:",
      "  pairstream run --dataset videos --epochs 20 --trainer mca --trainer baseline:--baseline --out out/run"
    })
final class RunCommand implements Callable<Integer> {
  private static final String MODEL = "--model";

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
  @Mixin private InstanceFlags instances = new InstanceFlags();
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
        folder, given(defaults instanceof LayeredDefaults all ? all.withoutRecipe() : defaults));
  }

  /// The options that are given, but those of this process alone.
  private ArgumentList given(IDefaultValueProvider defaults) {
    ParseResult parsed = Objects.requireNonNull(spec).commandLine().getParseResult();
    return ArgumentList.of(
        parsed, defaults, recipe, run, size, dataset, clips, stream, pairs, plugins, bad, augment,
        train, learning, reading, instances);
  }

  private int begin(Path folder, ArgumentList options) throws InterruptedException {
    ArgumentList all =
        options.value(MODEL).isPresent() ? options : options.and(MODEL, fittingModel());
    RunCommand completed = completed(all, List.of("--out=" + folder));
    completed.requireSound();
    RunFolder made = RunFolder.create(folder);
    made.keepOptions(all);
    completed.tellNeed();
    return completed.execute(made);
  }

  /// The model for who names none: the best that this machine has the memory for.
  private String fittingModel() {
    return MemoryNeed.fitting(
        batch(), instances.trainers().size(), instances.augmenters().size(), room());
  }

  private Batch batch() {
    ClipFormat format = clips.format();
    return new Batch(
        format.frames(), format.size().height(), format.size().width(), clips.clipsPerBatch());
  }

  /// Says what the run will take before it takes it.
  private void tellNeed() {
    List<String> models =
        trainers().stream()
            .map(trainer ->
                TrainerSettings.of(trainer.instance(), trainer.arguments()).train().model().name())
            .toList();
    Optional<MemoryNeed> need = MemoryNeed.of(models, batch(), instances.augmenters().size());
    PrintWriter people = Terminal.people(spec, report.takesStandardOutput());
    String machine = String.format(Locale.ROOT, "of this machine's %.1f GB", room() / 1e9);
    people.println(
        String.join(", ", models)
            + ": "
            + need.map(known -> "takes " + known + " " + machine)
                .orElse("what it takes of memory is not known")
            + ", and on the disk up to "
            + String.format(Locale.ROOT, "%.1f GB", stream.maxBufferedBytes() / 1e9)
            + " beside its checkpoints");
    if (need.isPresent() && need.get().bytes() > room()) {
      people.println(
          "That is more than there is: a smaller --model, fewer --clips-per-batch or smaller clips"
              + " take less.");
    }
    people.flush();
  }

  /// Bytes of memory of this machine, or of the container that this process is in.
  private static long room() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  /// The same command with these options alone.
  private RunCommand completed(ArgumentList all, List<String> more) {
    List<String> words = new ArrayList<>(all.words());
    words.addAll(more);
    CommandLine first = Objects.requireNonNull(spec).commandLine();
    RunCommand completed = new RunCommand();
    CommandLine second = new CommandLine(completed);
    second.setDefaultValueProvider(_ -> null);
    second.setOut(first.getOut());
    second.setErr(first.getErr());
    second.parseArgs(words.toArray(String[]::new));
    completed.report = report;
    return completed;
  }

  /// Goes on: reads the options that the run began with as if they were on the command line.
  private int resume(Path folder, ArgumentList given) throws InterruptedException {
    RunFolder existing = RunFolder.existing(folder);
    ArgumentList kept = existing.options();
    requireSameRecipe(
        folder, kept.value(RecipeFlags.OPTION).filter(name -> !name.equals(RecipeFlags.NONE)));
    ArgumentList all = kept.and(given);
    RunCommand completed = completed(all, List.of("--out=" + folder, "--resume"));
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
    instances.augmenters();
    trainers().forEach(this::requireSound);
    augment.threads();
    stream.partitions();
    stream.loading();
    pairs.probability();
    KernelCheck.require(pairs.plan(plugins.catalog()), augment.device());
    pairs.encoding();
    stream.normalization();
    stream.bounds(List.of(Instance.MAIN), bad.or(0));
    if (augment.device() instanceof DeviceChoice.Cuda
        || train.device() instanceof DeviceChoice.Cuda) {
      NativeProbe.CUDA.loadHere();
    }
    try {
      DatasetFormats.Recognised recognised = DatasetFormats.recognise(dataset.options());
      PrintWriter people = Terminal.people(spec, report.takesStandardOutput());
      DatasetSummary.of(dataset.options().path(), recognised, recognised.reader().read())
          .lines()
          .forEach(people::println);
    } catch (IOException e) {
      throw ServiceException.environment(
          "dataset " + dataset.options().path() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /// Finds what is wrong with a trainer's options.
  private void requireSound(LocalRun.Member trainer) {
    TrainerSettings settings = TrainerSettings.of(trainer.instance(), trainer.arguments());
    ClipFormat format = clips.format();
    settings.train().model().requirePossible();
    Usage.checked(() -> {
      settings
          .train()
          .model()
          .requireTakes(format.frames(), format.size().height(), format.size().width());
      return true;
    });
    KafkaOptions nowhere = new KafkaFlags().options("nowhere:1", size.maxRecordBytes());
    ReadingFlags own = settings.reading();
    own.input(
        nowhere,
        run.topics(),
        trainer.instance().name(),
        own.limits(Duration.ZERO, settings.bad().or(0)));
    settings.learning().learning();
    own.checkpointEvery();
    own.compute(settings.train().threads(), settings.train().device());
  }

  /// The processes of the run.
  private List<LocalRun.Member> members() {
    ParseResult parsed = Objects.requireNonNull(spec).commandLine().getParseResult();
    List<LocalRun.Member> members = new ArrayList<>();
    members.add(
        new LocalRun.Member(
            Instance.main(Role.PRODUCER),
            ArgumentList.of(parsed, dataset, clips, stream, pairs, plugins, bad)));
    ArgumentList augmenting = ArgumentList.of(parsed, augment, pairs, plugins, bad);
    instances
        .augmenters()
        .forEach(instance -> members.add(new LocalRun.Member(instance, augmenting)));
    members.addAll(trainers());
    return members;
  }

  private List<LocalRun.Member> trainers() {
    ParseResult parsed = Objects.requireNonNull(spec).commandLine().getParseResult();
    ArgumentList common = ArgumentList.of(parsed, bad, train, learning, reading);
    return instances.trainers().stream()
        .map(trainer -> new LocalRun.Member(trainer.instance(), common.and(trainer.own())))
        .toList();
  }

  private int execute(RunFolder folder) throws InterruptedException {
    LocalRun.Plan plan =
        new LocalRun.Plan(folder, run.topics(), size.maxRecordBytes(), members(), resume);
    try (ProgressDisplay display =
        new ProgressDisplay(
            Terminal.people(spec, report.takesStandardOutput()), report.takesStandardOutput())) {
      LocalRun.Outcome outcome = new LocalRun(plan, display).execute();
      RunTotals totals =
          RunTotals.of(
              run.topics().name(),
              outcome.seconds(),
              outcome.services(),
              outcome.verification(),
              leading().toString());
      List<String> lines = new ArrayList<>(totals.summary());
      instances
          .trainers()
          .forEach(trainer ->
              lines.add("checkpoints: " + folder.checkpoints(trainer.instance().name())));
      lines.add("pictures of pairs: " + folder.pairs());
      RunReport written = new RunReport(totals, recipe.recipe().orElse(null));
      folder.keepReport(written, lines);
      report.write(written);
      lines.forEach(display::tell);
      return (outcome.verification().whole() ? ExitCode.DONE : ExitCode.BAD_INPUT).code();
    }
  }

  /// The trainer whose accuracy stands on top of the report.
  private Instance leading() {
    return instances.trainers().getFirst().instance();
  }
}
