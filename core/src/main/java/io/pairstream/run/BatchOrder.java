package io.pairstream.run;

import io.pairstream.clip.BatchId;
import java.util.List;
import java.util.stream.IntStream;

/// Which batch has which number and lies in which partition: `number = epoch × batchesPerEpoch +
/// batch`, `partition = number mod partitions`; the next one in a partition is `number +
/// partitions`.
public record BatchOrder(long batchesPerEpoch, long epochs, int partitions) {
  public BatchOrder {
    if (batchesPerEpoch < 1 || epochs < 1 || partitions < 1) {
      throw new IllegalArgumentException(
          batchesPerEpoch + " batches, " + epochs + " epochs, " + partitions + " partitions");
    }
    Math.multiplyExact(batchesPerEpoch, epochs);
  }

  /// How many batches the run has; their numbers are 0 to total − 1.
  public long total() {
    return batchesPerEpoch * epochs;
  }

  public BatchId id(long number) {
    return BatchId.ofNumber(number, batchesPerEpoch);
  }

  public long number(BatchId id) {
    return id.number(batchesPerEpoch);
  }

  public int partition(long number) {
    return (int) (number % partitions);
  }

  /// The first number of a partition.
  public long first(int partition) {
    return partition;
  }

  /// The lowest number of the partition that is not below `number`: where a trainer whose global
  /// next number is `number` stands in it.
  public long nextAtLeast(int partition, long number) {
    return number + Math.floorMod(partition - number, (long) partitions);
  }

  /// Whether nothing of the partition is left at this next number.
  public boolean finished(long next) {
    return next >= total();
  }

  /// The partitions that producer `index` of `producers` makes: p with p mod producers = index.
  public List<Integer> partitionsOf(int index, int producers) {
    if (index < 0 || index >= producers || producers > partitions) {
      throw new IllegalArgumentException(
          "producer " + index + " of " + producers + " with " + partitions + " partitions");
    }
    return IntStream.range(0, partitions).filter(p -> p % producers == index).boxed().toList();
  }
}
