package io.pairstream.trainer.checkpoint;

import io.pairstream.trainer.loss.StepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// How far a training has got.
///
/// @param next the number of the next batch
/// @param steps optimizer steps
/// @param batches trained on
/// @param clips trained on
/// @param skipped batches that had no data
/// @param epoch the sums of the epoch that `next` lies in
/// @param history the epochs before, in order
/// @param best the evaluation that came out best; null before the first
public record Progress(
    long next,
    long steps,
    long batches,
    long clips,
    long skipped,
    EpochMetrics.Training epoch,
    List<EpochMetrics> history,
    @Nullable Best best) {

  /// @param next where the training stood
  /// @param top1 of the first validation set
  public record Best(long next, double top1) {}

  public Progress {
    history = List.copyOf(history);
  }

  /// Before the first batch of a trainer that starts at this number.
  public static Progress startingAt(long next) {
    return new Progress(next, 0, 0, 0, 0, EpochMetrics.Training.NONE, List.of(), null);
  }

  /// After training on the next batch.
  public Progress trained(StepResult batch) {
    return new Progress(
        next + 1,
        steps,
        batches + 1,
        clips + batch.clips(),
        skipped,
        epoch.plus(batch),
        history,
        best);
  }

  /// After passing over the next batch.
  public Progress passedOver() {
    return new Progress(next + 1, steps, batches, clips, skipped + 1, epoch, history, best);
  }

  /// After a step of the optimizer.
  public Progress stepped() {
    return new Progress(next, steps + 1, batches, clips, skipped, epoch, history, best);
  }

  /// After the end of an epoch and its evaluation.
  ///
  /// @param finished which epoch
  /// @param selected top-1 of the set that the best checkpoint is chosen by, if it was evaluated
  public Progress epochEnded(
      long finished, SortedMap<String, Accuracy> validation, Optional<Double> selected) {
    List<EpochMetrics> longer = new ArrayList<>(history);
    longer.add(new EpochMetrics(finished, epoch, validation));
    Best better = best;
    if (selected.isPresent() && (best == null || selected.get() > best.top1())) {
      better = new Best(next, selected.get());
    }
    return new Progress(
        next, steps, batches, clips, skipped, EpochMetrics.Training.NONE, longer, better);
  }
}
