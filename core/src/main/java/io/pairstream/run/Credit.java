package io.pairstream.run;

/// How far producers may run ahead of the slowest trainer.
///
/// @param window W: batches of a partition that may lie above the lowest committed next number
/// @param partitions P
public record Credit(long window, int partitions) {
  public Credit {
    if (window < 1 || partitions < 1) {
      throw new IllegalArgumentException("window " + window + ", partitions " + partitions);
    }
  }

  /// W = max(1, bound / (P × bytes of a clip batch and its pair)).
  public static Credit of(long maxBufferedBytes, int partitions, long clipAndPairBytes) {
    return new Credit(Math.max(1, maxBufferedBytes / (partitions * clipAndPairBytes)), partitions);
  }

  /// Whether a batch may be sent while the lowest next number that any trainer has committed for
  /// its partition is `lowestNext`.
  public boolean maySend(long number, long lowestNext) {
    return (number - lowestNext) / partitions < window;
  }

  /// Batches that may be outstanding in all partitions together.
  public long batches() {
    return window * partitions;
  }
}
