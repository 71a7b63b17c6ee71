package io.pairstream.local.evaluate;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.evaluation.Results;
import io.pairstream.trainer.evaluation.TestSubject;
import io.pairstream.trainer.evaluation.Tester;
import io.pairstream.wire.ViewMessage;
import io.pairstream.wire.ViewStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/// Shows every video to a model, and collects its answers.
public final class Evaluation {
  private static final long TELL_EVERY_NANOS = 5_000_000_000L;

  private final Plan plan;
  private final Consumer<String> tell;
  private final List<ViewMessage.Flaw> flaws = new ArrayList<>();
  private long rejected;
  private long toldNanos = System.nanoTime();

  /// @param subject which model
  /// @param input what it is shown, by the number of classes
  /// @param angles by which hues are turned beside
  /// @param bounds how much at once and how much to bear
  /// @param views options of the process that makes the views
  public record Plan(
      TestSubject subject,
      IntFunction<Tester.Input> input,
      HueCurve.Angles angles,
      Bounds bounds,
      List<String> views) {
    public Plan {
      views = List.copyOf(views);
    }
  }

  /// @param threads of libtorch
  /// @param viewsPerPass views that go through the model together
  /// @param maxBadRatio the share of the videos that may be unusable, in [0,1]
  public record Bounds(int threads, int viewsPerPass, double maxBadRatio) {
    public Bounds {
      if (viewsPerPass < 1) {
        throw new IllegalArgumentException(
            "--views-per-pass " + viewsPerPass + " is not at least 1");
      }
      if (!(maxBadRatio >= 0 && maxBadRatio <= 1)) {
        throw new IllegalArgumentException("--max-bad-ratio " + maxBadRatio + " is outside [0,1]");
      }
    }
  }

  /// What came of it.
  ///
  /// @param header what was to come
  /// @param results of the videos that could be used
  /// @param hues by angle in degrees; empty without a curve
  /// @param flaws videos that could not be used, or are damaged
  /// @param libtorch its version
  /// @param djl its version
  public record Outcome(
      ViewMessage.Header header,
      Results results,
      SortedMap<Integer, HueCurve.Counts> hues,
      List<ViewMessage.Flaw> flaws,
      String libtorch,
      String djl) {
    public Outcome {
      flaws = List.copyOf(flaws);
    }

    /// Videos that could not be used.
    public List<ViewMessage.Flaw> rejected() {
      return flaws.stream().filter(flaw -> !flaw.used()).toList();
    }
  }

  public Evaluation(Plan plan, Consumer<String> tell) {
    this.plan = plan;
    this.tell = tell;
  }

  /// Does it.
  ///
  /// @param logs folder for what the decoding process says
  /// @throws ServiceException (2) if model and dataset do not go together, (3) if the decoding
  ///   process dies, (4) if too many videos cannot be used
  public Outcome run(Path logs) throws InterruptedException {
    try (ViewsProcess views = ViewsProcess.start(plan.views(), logs, tell)) {
      ViewStream.Reader reader = views.connected();
      if (!(views.next(reader) instanceof ViewMessage.Header header)) {
        throw new IllegalStateException("the views begin without a header");
      }
      ClassNames.requireSame(plan.subject(), header.classNames());
      int classes = header.classNames().size();
      try (Tester tester =
          Tester.open(plan.subject(), plan.input().apply(classes), plan.bounds().threads())) {
        Results results = new Results(classes, header.viewsPerVideo(), tester.kind());
        HueCurve hues = new HueCurve();
        while (score(views.next(reader), header, tester, results, hues)) {
          tellNow(results.videos().size(), header.videos());
        }
        if (results.videos().isEmpty()) {
          throw tooBad(header);
        }
        return new Outcome(
            header,
            results,
            hues.counts(),
            flaws,
            tester.torch().version(),
            tester.torch().engineVersion());
      }
    }
  }

  /// Whether more is to come.
  private boolean score(
      ViewMessage message,
      ViewMessage.Header header,
      Tester tester,
      Results results,
      HueCurve hues) {
    switch (message) {
      case ViewMessage.Header _ -> throw new IllegalStateException("a second header");
      case ViewMessage.Flaw flaw -> note(flaw, header);
      case ViewMessage.Views views -> score(views.batch(), header, tester, results, hues);
      case ViewMessage.End _ -> {
        return false;
      }
    }
    return true;
  }

  private void note(ViewMessage.Flaw flaw, ViewMessage.Header header) {
    flaws.add(flaw);
    if (!flaw.used()) {
      rejected++;
      if (rejected > plan.bounds().maxBadRatio() * header.videos()) {
        throw tooBad(header);
      }
    }
  }

  private ServiceException tooBad(ViewMessage.Header header) {
    ViewMessage.Flaw last = flaws.getLast();
    return ServiceException.badInput(
        "%d of the %d videos cannot be used, more than --max-bad-ratio %s allows; the last was %s: %s"
            .formatted(
                rejected, header.videos(), plan.bounds().maxBadRatio(), last.clip(), last.cause()));
  }

  private void score(
      ClipBatch batch, ViewMessage.Header header, Tester tester, Results results, HueCurve hues) {
    int each = header.viewsPerVideo();
    List<String> ids = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int row = 0; row < batch.clips(); row += each) {
      ids.add(batch.clipIds().get(row));
      labels.add(Math.toIntExact(batch.label().longAt(row)));
    }
    float[] plain = scores(batch, tester, frames -> frames);
    try {
      results.add(ids, labels, plain);
    } catch (IllegalArgumentException e) {
      throw ServiceException.badInput(String.valueOf(e.getMessage()));
    }
    if (!plan.angles().turned().isEmpty()) {
      long[] wanted = labels.stream().mapToLong(Integer::longValue).toArray();
      hues.add(0, wanted, each, plain);
      for (int degrees : plan.angles().turned()) {
        hues.add(
            degrees, wanted, each, scores(batch, tester, frames -> hues.turned(frames, degrees)));
      }
    }
  }

  /// What is done to frames before they are shown.
  private interface Change {
    Tensor of(Tensor frames);
  }

  private float[] scores(ClipBatch batch, Tester tester, Change change) {
    int rows = batch.clips();
    float[] all = new float[0];
    for (int from = 0; from < rows; from += plan.bounds().viewsPerPass()) {
      int to = Math.min(rows, from + plan.bounds().viewsPerPass());
      float[] some = tester.scores(change.of(rows(batch.frames(), from, to)));
      if (all.length == 0) {
        all = new float[rows * (some.length / (to - from))];
      }
      System.arraycopy(some, 0, all, from * (some.length / (to - from)), some.length);
    }
    return all;
  }

  /// Rows of the outermost axis, as a view.
  private static Tensor rows(Tensor frames, int from, int to) {
    List<Long> dims = new ArrayList<>(frames.shape().dims());
    long bytes = frames.data().byteSize() / dims.getFirst();
    dims.set(0, (long) (to - from));
    return new Tensor(
        frames.dtype(), new Shape(dims), frames.data().asSlice(from * bytes, (to - from) * bytes));
  }

  private void tellNow(long tested, long videos) {
    long now = System.nanoTime();
    if (now - toldNanos > TELL_EVERY_NANOS) {
      toldNanos = now;
      tell.accept("%d of %d videos".formatted(tested, videos));
    }
  }
}
