package io.pairstream.local.command;

import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.BadRatioFlags;
import io.pairstream.cli.options.RecipeFlags;
import io.pairstream.cli.options.ReportFlags;
import io.pairstream.cli.options.Usage;
import io.pairstream.config.OptionException;
import io.pairstream.crop.Size;
import io.pairstream.local.evaluate.Evaluation;
import io.pairstream.local.evaluate.EvaluationFiles;
import io.pairstream.local.evaluate.EvaluationReport;
import io.pairstream.local.evaluate.HueCurve;
import io.pairstream.local.options.SubjectFlags;
import io.pairstream.producer.command.DatasetFlags;
import io.pairstream.producer.command.TestFlags;
import io.pairstream.producer.dataset.DatasetOptions;
import io.pairstream.producer.load.TestViews;
import io.pairstream.trainer.evaluation.TestSubject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pairstream evaluate`: how good a model is, under the protocol of its paper.
@Command(
    name = "evaluate",
    description = {
      "Tests a model on videos and writes accuracies, a confusion matrix, the calibration and, if"
          + " asked, the accuracy under turned hues.",
      "Needs no broker: a process of its own decodes and hands the clips over."
    },
    footer = {
      "",
      "Example:",
      "  pairstream evaluate --checkpoint out/run/checkpoints/main/latest --dataset videos --hue-curve 60 --out out/evaluation"
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final double USUAL_BAD_RATIO = 0.1;

  @Mixin private RecipeFlags recipe = new RecipeFlags();
  @Mixin private SubjectFlags subject = new SubjectFlags();
  @Mixin private DatasetFlags dataset = new DatasetFlags();
  @Mixin private TestFlags test = new TestFlags();
  @Mixin private BadRatioFlags bad = new BadRatioFlags();
  @Mixin private ReportFlags report = new ReportFlags();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description =
          "Where the report, the tables and the pictures go; those of an earlier evaluation there are"
              + " replaced.")
  private @Nullable Path out;

  @Option(
      names = "--hue-curve",
      paramLabel = "DEGREES",
      defaultValue = "0",
      description =
          "Test again with all hues turned by each multiple of so many degrees below 360; 30 tests"
              + " twelve times instead of once (default: ${DEFAULT-VALUE}, no curve).")
  private int hueStep;

  @Option(
      names = "--views-per-pass",
      paramLabel = "N",
      defaultValue = "8",
      description = "Views that go through the model together (default: ${DEFAULT-VALUE}).")
  private int viewsPerPass;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Logging.quiet();
    PrintWriter terminal = Terminal.people(spec, report.takesStandardOutput());
    long begin = System.nanoTime();
    DatasetOptions videos = dataset.options();
    HueCurve.Angles angles = Usage.checked("--hue-curve", () -> new HueCurve.Angles(hueStep));
    Usage.atLeast("--views-per-pass", viewsPerPass, 1);
    double badRatio =
        Usage.checked(() -> {
          OptionException.requireShare("--max-bad-ratio", bad.or(USUAL_BAD_RATIO));
          return bad.or(USUAL_BAD_RATIO);
        });
    test.loading();
    TestSubject tested = subject.subject();
    subject.requireKnown(tested, test);
    TestViews views = test.views(tested.clips().map(EvaluateCommand::trained));
    List<String> words = new ArrayList<>(DatasetFlags.words(videos));
    words.addAll(test.words(views));
    Evaluation.Plan plan =
        Usage.checked(() ->
            new Evaluation.Plan(
                tested,
                classes -> subject.input(tested, views, classes),
                angles,
                new Evaluation.Bounds(subject.threads(), viewsPerPass, badRatio),
                words));
    tested.requireReadable();
    EvaluationFiles files = EvaluationFiles.in(Usage.given("--out", out));
    Evaluation.Outcome outcome =
        new Evaluation(plan, line -> terminal.printf("%s%n", line)).run(files.logs());
    EvaluationReport done =
        EvaluationReport.of(
            new EvaluationReport.Setting(
                tested,
                views,
                videos.path() + ", " + test.part(),
                subject.threads(),
                (System.nanoTime() - begin) / 1e9),
            outcome);
    files.write(outcome, done);
    report.write(done);
    done.summary(Optional.of(files.folder())).forEach(terminal::println);
    terminal.flush();
    return 0;
  }

  private static TestViews.Trained trained(TestSubject.Clips clips) {
    return new TestViews.Trained(
        clips.frames(),
        new Size(clips.crop().width(), clips.crop().height()),
        clips.sampling(),
        clips.cropText());
  }
}
