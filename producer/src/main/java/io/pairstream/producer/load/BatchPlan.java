package io.pairstream.producer.load;

import io.pairstream.clip.BatchId;
import io.pairstream.producer.dataset.Sample;
import java.util.List;

/// Which videos make up a batch.
///
/// @param id epoch and batch; of a validation batch, 0 and its place in the set
/// @param samples in the batch's order, at least one; a training format may repeat each
/// @param use whether frames and crops are drawn or fixed
public record BatchPlan(BatchId id, List<Sample> samples, Use use) {

  /// What the clips are for.
  public enum Use {
    TRAINING,
    VALIDATION
  }

  public BatchPlan {
    samples = List.copyOf(samples);
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("batch " + id + " has no clips");
    }
  }
}
