package io.pairstream.trainer.stream;

import io.pairstream.clip.PairBatch;
import java.time.Duration;

/// Where a trainer's batches come from: each number once, in order. All that the training loop
/// knows of what lies before it.
public interface PairStream {
  /// What came next.
  sealed interface Delivery {
    /// A batch to train on.
    ///
    /// @param crc32c of the record that it came in
    record Batch(long number, PairBatch pairs, long crc32c) implements Delivery {}

    /// A batch that has no data.
    ///
    /// @param cause one sentence
    /// @param crc32c of the record that said so
    record Skipped(long number, String cause, long crc32c) implements Delivery {}

    /// Nothing came in time.
    record Nothing() implements Delivery {}
  }

  /// Waits for the next batch, but no longer than `patience`.
  ///
  /// @throws io.pairstream.ops.ServiceException if no more can come, with the reason
  Delivery next(Duration patience) throws InterruptedException;

  /// Says that all below `next` is trained on and durable, so that it may be deleted; returns when
  /// this is known.
  void commit(long next) throws InterruptedException;
}
