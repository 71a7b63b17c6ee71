package io.pairstream.augmenter.augment;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;

/// The random numbers of one batch: the same in every process that makes it.
public record BatchDraws(long seed, BatchId id) {

  /// Draws that hold for the whole batch.
  ///
  /// @param purpose what they are for, such as `channel-order`
  public CounterRandom whole(String purpose) {
    return CounterRandom.of(seed, id, CounterRandom.WHOLE_BATCH, purpose);
  }

  /// Draws of one clip.
  ///
  /// @param clip place in the batch, from 0
  public CounterRandom clip(int clip, String purpose) {
    return CounterRandom.of(seed, id, clip, purpose);
  }
}
