package io.pairstream.trainer.stream;

import io.pairstream.run.BatchOrder;
import io.pairstream.run.CommittedNext;
import io.pairstream.run.PartitionCursor;
import java.util.ArrayDeque;
import java.util.Deque;

/// Where the reader stands in one partition of RUN.pairs. The reader's thread owns it.
final class PairLane {
  private record Taken(long number, long offsetAfter) {}

  private final int partition;
  private final BatchOrder order;
  private final PartitionCursor cursor;
  private final Deque<Taken> taken = new ArrayDeque<>();
  private long position;
  private long committedOffset;
  private boolean gap;
  private long gapSinceNanos;

  /// @param start the first number of all partitions
  /// @param offset where to read from
  PairLane(int partition, BatchOrder order, long start, long offset) {
    this.partition = partition;
    this.order = order;
    this.cursor = new PartitionCursor(order.partitions(), order.nextAtLeast(partition, start));
    this.position = offset;
    this.committedOffset = offset;
  }

  /// The number that is taken next.
  long next() {
    return cursor.next();
  }

  boolean finished() {
    return order.finished(cursor.next());
  }

  /// The offset to read next.
  long position() {
    return position;
  }

  /// A record was read, whatever it is.
  void passed(long offset) {
    position = offset + 1;
  }

  /// Says what to do with the batch in the record at `offset`.
  PartitionCursor.Verdict offer(long number, long offset) {
    PartitionCursor.Verdict verdict = cursor.offer(number);
    switch (verdict) {
      case TAKE -> {
        taken.add(new Taken(number, offset + 1));
        gap = false;
      }
      case EARLY -> {
        if (!gap) {
          gap = true;
          gapSinceNanos = System.nanoTime();
        }
      }
      case COPY -> {}
    }
    return verdict;
  }

  /// Whether later batches than the next one came first, and that for so long.
  boolean gapFor(long nanos) {
    return gap && System.nanoTime() - gapSinceNanos > nanos;
  }

  /// What to commit once all below `allNext` is durable.
  CommittedNext commit(long allNext) {
    while (!taken.isEmpty() && taken.getFirst().number() < allNext) {
      committedOffset = taken.removeFirst().offsetAfter();
    }
    return new CommittedNext(committedOffset, order.nextAtLeast(partition, allNext));
  }
}
