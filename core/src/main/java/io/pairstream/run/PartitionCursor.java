package io.pairstream.run;

/// Where a reader stands in one partition, and the rule that makes at-least-once delivery exactly
/// once: first appearances have no gaps, so the next number is taken, a lower one is a copy, a
/// higher one is early and comes again once whoever left the gap has closed it.
///
/// Not safe for several threads: the reader's thread owns it.
public final class PartitionCursor {
  public enum Verdict {
    TAKE,
    COPY,
    EARLY
  }

  private final int partitions;
  private long next;

  /// @param next the first number to take
  public PartitionCursor(int partitions, long next) {
    this.partitions = partitions;
    this.next = next;
  }

  /// Says what to do with a record of this number, and moves on if it is to be taken.
  public Verdict offer(long number) {
    if (number < next) {
      return Verdict.COPY;
    }
    if (number > next) {
      return Verdict.EARLY;
    }
    next += partitions;
    return Verdict.TAKE;
  }

  /// The number that is taken next.
  public long next() {
    return next;
  }
}
