package io.pairstream.local.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.ops.Report;
import io.pairstream.ops.Version;
import io.pairstream.producer.load.TestViews;
import io.pairstream.trainer.evaluation.Calibration;
import io.pairstream.trainer.evaluation.Results;
import io.pairstream.trainer.evaluation.TestSubject;
import io.pairstream.wire.ViewMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What an evaluation came to, as JSON and for people.
///
/// Beside the common keys: `model`, `checkpoint`, `dataset`, `protocol`, `listed` (videos of the
/// part), `videos` (tested), `rejected`, `damaged` (tested all the same), `leftOut` (of the whole
/// dataset), `views`, `top1` and `top5` of the tested videos, `top1OfListed` and `top5OfListed` in
/// which those that could not be used count as wrong, `meanClassTop1`, `ece`, `nll`, and with a
/// curve `hue` (by angle) and `hueTurnedTop1`, the mean over its angles other than 0.
public final class EvaluationReport {
  private EvaluationReport() {}

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
  public static Report of(Setting setting, Evaluation.Outcome outcome) {
    Results results = outcome.results();
    ViewMessage.Header header = outcome.header();
    int videos = results.videos().size();
    Report report =
        new Report("evaluate", "")
            .put("model", setting.subject().model())
            .put("checkpoint", setting.subject().weights().toString())
            .put("dataset", setting.dataset())
            .put("protocol", setting.views().text())
            .put("seconds", setting.seconds())
            .put("listed", header.videos())
            .put("videos", videos)
            .put("rejected", outcome.rejected().size())
            .put("damaged", outcome.flaws().size() - outcome.rejected().size())
            .put("leftOut", header.leftOut())
            .put("views", (long) videos * header.viewsPerVideo())
            .put("top1", results.top(1))
            .put("top5", results.top(5))
            .put("top1OfListed", (double) results.correct(1) / header.videos())
            .put("top5OfListed", (double) results.correct(5) / header.videos())
            .put("meanClassTop1", results.meanOfClasses())
            .put("ece", results.calibration(Calibration.BINS).error())
            .put("nll", results.negativeLogLikelihood())
            .put("device", "cpu")
            .put("threads", setting.threads())
            .put("versions", versions(outcome));
    report.json().remove("run");
    if (!outcome.hues().isEmpty()) {
      report.put("hueTurnedTop1", HueCurve.turnedMean(outcome.hues()));
      report.put("hue", hues(outcome));
    }
    return report;
  }

  private static ArrayNode hues(Evaluation.Outcome outcome) {
    ArrayNode curve = JsonNodeFactory.instance.arrayNode();
    outcome
        .hues()
        .forEach((degrees, counts) ->
            curve
                .addObject()
                .put("degrees", degrees)
                .put("top1", counts.top1Share())
                .put("top5", counts.top5Share()));
    return curve;
  }

  private static ObjectNode versions(Evaluation.Outcome outcome) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("pairstream", Version.current())
        .put("libtorch", outcome.libtorch())
        .put("djl", outcome.djl())
        .put("java", Runtime.version().toString());
  }

  /// The report in a few lines.
  ///
  /// @param folder where more is
  public static List<String> summary(Report report, Optional<Path> folder) {
    JsonNode json = report.json();
    List<String> lines = new ArrayList<>();
    lines.add("%s of %s".formatted(text(json, "model"), text(json, "checkpoint")));
    lines.add("on %s: %s".formatted(text(json, "dataset"), text(json, "protocol")));
    lines.add(
        "videos %d of %d, rejected %d, damaged %d"
            .formatted(
                json.path("videos").asLong(),
                json.path("listed").asLong(),
                json.path("rejected").asLong(),
                json.path("damaged").asLong()));
    lines.add(
        "top-1 %s   top-5 %s   mean of classes %s"
            .formatted(
                percent(json, "top1"), percent(json, "top5"), percent(json, "meanClassTop1")));
    if (json.path("rejected").asLong() > 0) {
      lines.add(
          "top-1 %s   top-5 %s   with the rejected videos counted as wrong"
              .formatted(percent(json, "top1OfListed"), percent(json, "top5OfListed")));
    }
    lines.add(
        "calibration error %s   negative log-likelihood %.3f"
            .formatted(percent(json, "ece"), json.path("nll").asDouble()));
    if (json.has("hue")) {
      StringBuilder curve = new StringBuilder("top-1 with hues turned by");
      for (JsonNode angle : json.path("hue")) {
        curve.append("  %d° %s".formatted(angle.path("degrees").asInt(), percent(angle, "top1")));
      }
      lines.add(curve.toString());
      lines.add("mean with hues turned " + percent(json, "hueTurnedTop1"));
    }
    folder.ifPresent(path -> lines.add("tables and pictures: " + path));
    return lines;
  }

  private static String text(JsonNode json, String key) {
    return json.path(key).asText();
  }

  private static String percent(JsonNode json, String key) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * json.path(key).asDouble());
  }
}
