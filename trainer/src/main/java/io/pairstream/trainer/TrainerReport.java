package io.pairstream.trainer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.ops.Report;
import io.pairstream.ops.Version;
import io.pairstream.trainer.checkpoint.Accuracy;
import io.pairstream.trainer.checkpoint.EpochMetrics;
import io.pairstream.trainer.checkpoint.Progress;
import io.pairstream.trainer.torch.TorchDevice;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.internals.AppInfoParser;

/// What a trainer did, for `--report`: counts of the whole training, times of this process.
///
/// Beside the common keys: `trainer`, `model`, `validation` (by set `clips`, `top1`, `top5`, of the
/// last evaluation), `selfChecks` and `checkpoint` (the folder). `loss` is the mean over the last
/// epoch's clips; `top1` and `top5` are those of the first validation set, or without one those of
/// training.
final class TrainerReport {
  private TrainerReport() {}

  /// @param seconds of this process
  /// @param bytes read in this process
  /// @param selfChecks batches of this process that were computed twice, with the same gradients
  /// @param selecting the set that `top1` and `top5` are of
  record Measured(
      double seconds,
      double bytes,
      double dataWaitShare,
      long selfChecks,
      Optional<String> selecting) {}

  /// @param torch which libtorch
  /// @param device of it
  record Machinery(TorchRuntime torch, TorchDevice device) {}

  static Report of(
      TrainerOptions options, Machinery machinery, Progress progress, Measured measured) {
    Report report =
        new Report("train", options.input().topics().name())
            .put("trainer", options.input().name())
            .put("model", options.model().name())
            .put("mca", options.learning().objective().mca() ? "yes" : "no")
            .put("seconds", measured.seconds())
            .put("batches", progress.batches() + progress.skipped())
            .put("clips", progress.clips())
            .put("skipped", progress.skipped())
            .put("steps", progress.steps())
            .put("megabytesPerSecond", measured.bytes() / 1e6 / measured.seconds())
            .put("dataWaitShare", measured.dataWaitShare())
            .put("selfChecks", measured.selfChecks())
            .put("checkpoint", options.storage().checkpoints().resolve("latest").toString())
            .put("device", machinery.device().text())
            .put("threads", options.compute().threads())
            .put("versions", versions(machinery.torch()));
    List<EpochMetrics> history = progress.history();
    EpochMetrics.Training training =
        history.isEmpty() ? progress.epoch() : history.getLast().training();
    if (training.clips() > 0) {
      report.put("loss", training.loss() / training.clips());
      report.put("top1", (double) training.top1() / training.clips());
      report.put("top5", (double) training.top5() / training.clips());
    }
    history.reversed().stream()
        .map(EpochMetrics::validation)
        .filter(sets -> !sets.isEmpty())
        .findFirst()
        .ifPresent(sets -> {
          ObjectNode validation = JsonNodeFactory.instance.objectNode();
          sets.forEach((set, accuracy) -> validation.set(set, json(accuracy)));
          report.put("validation", validation);
          measured
              .selecting()
              .map(sets::get)
              .ifPresent(
                  accuracy -> report.put("top1", accuracy.top1()).put("top5", accuracy.top5()));
        });
    return report;
  }

  private static ObjectNode json(Accuracy accuracy) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("clips", accuracy.clips())
        .put("top1", accuracy.top1())
        .put("top5", accuracy.top5());
  }

  private static ObjectNode versions(TorchRuntime torch) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("pairstream", Version.current())
        .put("libtorch", torch.version())
        .put("djl", torch.engineVersion())
        .put("kafka", AppInfoParser.getVersion())
        .put("java", Runtime.version().toString());
  }
}
