package io.pairstream.augment;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;

/// The random numbers of one batch at one place of the run's augmentation: the same in every
/// process that makes the batch, and others at every other place.
///
/// @param place where in the text: empty for the first augmentation of the augmented half
public record BatchDraws(long seed, BatchId id, String place) {
  /// The draws of the first place.
  public BatchDraws(long seed, BatchId id) {
    this(seed, id, "");
  }

  /// The draws of a place inside this one.
  public BatchDraws at(String inner) {
    return new BatchDraws(seed, id, place + inner + "/");
  }

  /// Draws that hold for the whole batch.
  ///
  /// @param purpose what they are for, such as `channel-order`
  public CounterRandom whole(String purpose) {
    return CounterRandom.of(seed, id, CounterRandom.WHOLE_BATCH, place, purpose);
  }

  /// Draws of one clip.
  ///
  /// @param clip place in the batch, from 0
  public CounterRandom clip(int clip, String purpose) {
    return CounterRandom.of(seed, id, clip, place, purpose);
  }
}
