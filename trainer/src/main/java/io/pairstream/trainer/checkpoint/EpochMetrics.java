package io.pairstream.trainer.checkpoint;

import io.pairstream.trainer.loss.StepResult;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// How an epoch went.
///
/// @param epoch from 0
/// @param training what its batches came to
/// @param validation by set; empty while the epoch goes on, or when nothing is evaluated
public record EpochMetrics(long epoch, Training training, SortedMap<String, Accuracy> validation) {

  /// Sums over an epoch's batches, on the originals.
  ///
  /// @param clips how many
  /// @param loss summed over clips
  /// @param crossEntropy the same of the cross-entropy
  /// @param alignment the same of the KL, not weighted
  /// @param top1 clips classified right
  /// @param top5 clips whose class was among the first five
  public record Training(
      long clips, double loss, double crossEntropy, double alignment, long top1, long top5) {
    public static final Training NONE = new Training(0, 0, 0, 0, 0, 0);

    /// With another batch.
    public Training plus(StepResult batch) {
      return new Training(
          clips + batch.clips(),
          loss + batch.loss() * batch.clips(),
          crossEntropy + batch.crossEntropy() * batch.clips(),
          alignment + batch.alignment() * batch.clips(),
          top1 + batch.top1(),
          top5 + batch.top5());
    }
  }

  public EpochMetrics {
    validation = Collections.unmodifiableSortedMap(new TreeMap<>(validation));
  }
}
