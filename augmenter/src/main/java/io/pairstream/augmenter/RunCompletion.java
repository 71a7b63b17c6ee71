package io.pairstream.augmenter;

import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.RunSpec;
import io.pairstream.run.TopicScan;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.RecordHeaders;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Finds out when nothing is left to augment, from what the broker knows: so it holds for all
/// processes of the group together, and after a restart with nothing left to do.
///
/// The run is complete when the last batch of every partition lies in RUN.clips and the group has
/// committed the end of each: Streams commits after its pairs are durable. A partition can hold its
/// last batch only once as many records were ever written as it has batches, so that records are
/// looked at near the end alone: deleting always leaves a partition's last one.
final class RunCompletion implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 5;

  /// How many records of a partition's end are looked at. Copies of older batches may follow the
  /// last batch, but whoever sends some again sends up to the end again.
  private static final long[] LOOKS = {1, 16};

  private final Topics topics;
  private final String runId;
  private final int partitions;
  private final Admin admin;
  private final TopicScan scan;

  /// By partition, what its last records were found to hold.
  private final Map<Integer, Seen> seen = new HashMap<>();

  /// The highest number among the last records before an end.
  private record Seen(long end, long highest) {}

  RunCompletion(KafkaOptions kafka, Topics topics, RunSpec spec) {
    this.topics = topics;
    this.runId = spec.runId();
    this.partitions = spec.content().partitions();
    this.admin = Admin.create(kafka.admin());
    this.scan = new TopicScan(kafka, spec.clipRecordBytes());
  }

  /// Looks once. While the broker is away the answer is no.
  ///
  /// @param order of the run with as many epochs as are known now
  boolean reached(BatchOrder order) throws InterruptedException {
    try {
      Map<Integer, Long> ends = ends();
      for (int p = 0; p < partitions; p++) {
        if (ends.getOrDefault(p, 0L) < batches(order, p)) {
          return false;
        }
      }
      if (!everythingIsCommitted(ends)) {
        return false;
      }
      for (int p = 0; p < partitions; p++) {
        long last = last(order, p);
        if (last >= 0 && highest(order, p, ends.getOrDefault(p, 0L), last) < last) {
          return false;
        }
      }
      return true;
    } catch (ExecutionException | TimeoutException | ServiceException | KafkaException e) {
      return false;
    }
  }

  /// The last number of a partition; negative if it has none.
  private static long last(BatchOrder order, int partition) {
    return order.nextAtLeast(partition, order.total()) - order.partitions();
  }

  private static long batches(BatchOrder order, int partition) {
    return last(order, partition) < 0
        ? 0
        : (last(order, partition) - order.first(partition)) / order.partitions() + 1;
  }

  private Map<Integer, Long> ends()
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int p = 0; p < partitions; p++) {
      latest.put(new TopicPartition(topics.clips(), p), OffsetSpec.latest());
    }
    Map<Integer, Long> ends = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
        admin.listOffsets(latest).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS).entrySet()) {
      ends.put(end.getKey().partition(), end.getValue().offset());
    }
    return ends;
  }

  private boolean everythingIsCommitted(Map<Integer, Long> ends)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin
            .listConsumerGroupOffsets(topics.augmenterGroup())
            .partitionsToOffsetAndMetadata()
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    for (Map.Entry<Integer, Long> end : ends.entrySet()) {
      OffsetAndMetadata commit = committed.get(new TopicPartition(topics.clips(), end.getKey()));
      if (end.getValue() > (commit == null ? 0 : commit.offset())) {
        return false;
      }
    }
    return true;
  }

  /// The highest number among the last records of a partition; looked for once for each end.
  private long highest(BatchOrder order, int partition, long end, long last) {
    Seen before = seen.get(partition);
    if (before != null && (before.end() == end || before.highest() >= last)) {
      return before.highest();
    }
    long[] highest = {-1};
    for (long count : LOOKS) {
      if (highest[0] < last) {
        scan.lastOf(
            new TopicPartition(topics.clips(), partition),
            count,
            record -> highest[0] = Math.max(highest[0], number(order, record)));
      }
    }
    seen.put(partition, new Seen(end, highest[0]));
    return highest[0];
  }

  /// The number of a record; negative if it is none of this run in its place.
  private long number(BatchOrder order, ConsumerRecord<byte[], byte[]> record) {
    try {
      RecordHeaders headers = RecordHeaders.parse(record.key(), record.headers());
      if (!headers.runId().equals(runId) || headers.validation().isPresent()) {
        return -1;
      }
      long number = order.number(headers.id());
      return order.partition(number) == record.partition() ? number : -1;
    } catch (MalformedRecordException | IllegalArgumentException | ArithmeticException e) {
      // The augmenter rejects it.
      return -1;
    }
  }

  @Override
  public void close() {
    try (admin) {
      scan.close();
    }
  }
}
