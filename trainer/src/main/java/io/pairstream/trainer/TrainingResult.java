package io.pairstream.trainer;

import io.pairstream.ops.TrainerReport;
import io.pairstream.ops.Versions;
import io.pairstream.trainer.checkpoint.Accuracy;
import io.pairstream.trainer.checkpoint.EpochMetrics;
import io.pairstream.trainer.checkpoint.Progress;
import io.pairstream.trainer.torch.TorchDevice;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.internals.AppInfoParser;
import org.jspecify.annotations.Nullable;

/// What a training came to, and what this process did of it.
record TrainingResult(
    TrainerOptions options, Machinery machinery, Progress progress, Measured measured) {
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

  TrainerReport report() {
    List<EpochMetrics> history = progress.history();
    EpochMetrics.Training training =
        history.isEmpty() ? progress.epoch() : history.getLast().training();
    SortedMap<String, Accuracy> sets =
        history.reversed().stream()
            .map(EpochMetrics::validation)
            .filter(tested -> !tested.isEmpty())
            .findFirst()
            .orElseGet(TreeMap::new);
    Optional<Accuracy> selecting = measured.selecting().map(sets::get);
    return new TrainerReport(
        options.input().topics().name(),
        options.input().name(),
        options.model().name(),
        options.learning().objective().mca() ? "yes" : "no",
        measured.seconds(),
        progress.batches() + progress.skipped(),
        progress.clips(),
        progress.skipped(),
        progress.steps(),
        measured.bytes() / 1e6 / measured.seconds(),
        measured.dataWaitShare(),
        measured.selfChecks(),
        options.storage().checkpoints().resolve("latest").toString(),
        machinery.device().text(),
        options.compute().threads(),
        Versions.with(
            Map.entry("libtorch", machinery.torch().version()),
            Map.entry("djl", machinery.torch().engineVersion()),
            Map.entry("kafka", AppInfoParser.getVersion())),
        share(training.loss(), training.clips()),
        selecting.map(Accuracy::top1).orElse(share(training.top1(), training.clips())),
        selecting.map(Accuracy::top5).orElse(share(training.top5(), training.clips())),
        tested(sets));
  }

  private static @Nullable Double share(double sum, long clips) {
    return clips > 0 ? sum / clips : null;
  }

  private static Map<String, TrainerReport.Tested> tested(Map<String, Accuracy> sets) {
    Map<String, TrainerReport.Tested> tested = new LinkedHashMap<>();
    sets.forEach((set, accuracy) ->
        tested.put(
            set, new TrainerReport.Tested(accuracy.clips(), accuracy.top1(), accuracy.top5())));
    return tested;
  }
}
