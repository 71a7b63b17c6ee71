package io.pairstream.local.evaluate;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.pairstream.ops.Report;
import io.pairstream.ops.Versions;
import io.pairstream.producer.load.TestViews;
import io.pairstream.trainer.evaluation.Calibration;
import io.pairstream.trainer.evaluation.Results;
import io.pairstream.trainer.evaluation.TestSubject;
import io.pairstream.wire.ViewMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an evaluation came to. Accuracies are shares, 0 to 1.
///
/// @param checkpoint the weights' file
/// @param dataset which videos, for people
/// @param protocol what the model was shown of a video
/// @param listed videos of the part
/// @param videos tested
/// @param damaged tested all the same
/// @param leftOut of the whole dataset
/// @param top1 of the tested videos
/// @param top1OfListed in which videos that could not be used count as wrong
/// @param ece the calibration error
/// @param nll the negative log-likelihood
/// @param hueTurnedTop1 the mean over the curve's angles other than 0; null without a curve
/// @param hue the curve; null without one
@JsonTypeName("evaluate")
public record EvaluationReport(
    String model,
    String checkpoint,
    String dataset,
    String protocol,
    double seconds,
    long listed,
    int videos,
    int rejected,
    int damaged,
    long leftOut,
    long views,
    double top1,
    double top5,
    double top1OfListed,
    double top5OfListed,
    double meanClassTop1,
    double ece,
    double nll,
    String device,
    int threads,
    Versions versions,
    @Nullable Double hueTurnedTop1,
    @Nullable List<Angle> hue)
    implements Report {
  public EvaluationReport {
    hue = hue == null ? null : List.copyOf(hue);
  }

  /// A point of the curve.
  ///
  /// @param degrees by which all hues were turned
  public record Angle(int degrees, double top1, double top5) {}

  /// What was evaluated.
  ///
  /// @param subject which model
  /// @param views what it was shown of a video
  /// @param dataset which videos, for people
  /// @param threads of libtorch
  /// @param seconds that it took
  public record Setting(
      TestSubject subject, TestViews views, String dataset, int threads, double seconds) {}

  /// The report.
  public static EvaluationReport of(Setting setting, Evaluation.Outcome outcome) {
    Results results = outcome.results();
    ViewMessage.Header header = outcome.header();
    int videos = results.videos().size();
    boolean curve = !outcome.hues().isEmpty();
    return new EvaluationReport(
        setting.subject().model(),
        setting.subject().weights().toString(),
        setting.dataset(),
        setting.views().text(),
        setting.seconds(),
        header.videos(),
        videos,
        outcome.rejected().size(),
        outcome.flaws().size() - outcome.rejected().size(),
        header.leftOut(),
        (long) videos * header.viewsPerVideo(),
        results.top(1),
        results.top(5),
        (double) results.correct(1) / header.videos(),
        (double) results.correct(5) / header.videos(),
        results.meanOfClasses(),
        results.calibration(Calibration.BINS).error(),
        results.negativeLogLikelihood(),
        "cpu",
        setting.threads(),
        Versions.with(Map.entry("libtorch", outcome.libtorch()), Map.entry("djl", outcome.djl())),
        curve ? HueCurve.turnedMean(outcome.hues()) : null,
        curve ? angles(outcome) : null);
  }

  private static List<Angle> angles(Evaluation.Outcome outcome) {
    return outcome.hues().entrySet().stream()
        .map(turned ->
            new Angle(
                turned.getKey(), turned.getValue().top1Share(), turned.getValue().top5Share()))
        .toList();
  }

  /// The report in a few lines.
  ///
  /// @param folder where more is
  public List<String> summary(Optional<Path> folder) {
    List<String> lines = new ArrayList<>();
    lines.add("%s of %s".formatted(model, checkpoint));
    lines.add("on %s: %s".formatted(dataset, protocol));
    lines.add(
        "videos %d of %d, rejected %d, damaged %d".formatted(videos, listed, rejected, damaged));
    lines.add(
        "top-1 %s   top-5 %s   mean of classes %s"
            .formatted(percent(top1), percent(top5), percent(meanClassTop1)));
    if (rejected > 0) {
      lines.add(
          "top-1 %s   top-5 %s   with the rejected videos counted as wrong"
              .formatted(percent(top1OfListed), percent(top5OfListed)));
    }
    lines.add("calibration error %s   negative log-likelihood %.3f".formatted(percent(ece), nll));
    if (hue != null && hueTurnedTop1 != null) {
      StringBuilder curve = new StringBuilder("top-1 with hues turned by");
      for (Angle angle : hue) {
        curve.append("  %d° %s".formatted(angle.degrees(), percent(angle.top1())));
      }
      lines.add(curve.toString());
      lines.add("mean with hues turned " + percent(hueTurnedTop1));
    }
    folder.ifPresent(path -> lines.add("tables and pictures: " + path));
    return lines;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
