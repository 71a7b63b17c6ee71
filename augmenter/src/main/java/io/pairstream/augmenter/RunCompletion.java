package io.pairstream.augmenter;

import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.LedgerEntry;
import io.pairstream.run.RunSpec;
import io.pairstream.wire.MalformedRecordException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Finds out when nothing is left to augment, from what the broker knows: so it holds for all
/// processes of the group together, and after a restart with nothing left to do.
///
/// The run is complete when the ledger has an augmenter's line of the last batch of every partition
/// and the group has committed the end of every partition of RUN.clips: Streams commits after its
/// pairs are durable.
final class RunCompletion implements AutoCloseable {
  private static final Duration GLANCE = Duration.ofMillis(100);
  private static final long PATIENCE_SECONDS = 5;

  private final Topics topics;
  private final String runId;
  private final int partitions;
  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> progress;
  private final TopicPartition ledger;

  /// The highest number that an augmenter told of, by partition.
  private final Map<Integer, Long> told = new HashMap<>();

  RunCompletion(KafkaOptions kafka, Topics topics, RunSpec spec) {
    this.topics = topics;
    this.runId = spec.runId();
    this.partitions = spec.content().partitions();
    this.admin = Admin.create(kafka.admin());
    this.progress =
        new KafkaConsumer<>(
            kafka.consumer(0), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.ledger = new TopicPartition(topics.progress(), 0);
    progress.assign(List.of(ledger));
    progress.seekToBeginning(List.of(ledger));
  }

  /// Looks once, for a fraction of a second. While the broker is away the answer is no.
  ///
  /// @param order of the run with as many epochs as are known now
  boolean reached(BatchOrder order) throws InterruptedException {
    readLedger(order);
    for (int p = 0; p < partitions; p++) {
      long last = last(order, p);
      if (last >= 0 && told.getOrDefault(p, -1L) < last) {
        return false;
      }
    }
    try {
      return everythingIsCommitted();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  private void readLedger(BatchOrder order) {
    try {
      for (ConsumerRecord<byte[], byte[]> record : progress.poll(GLANCE)) {
        try {
          LedgerEntry line = LedgerEntry.fromJson(record.value());
          if (line.service() == LedgerEntry.Service.AUGMENTER && line.runId().equals(runId)) {
            long number = order.number(line.id());
            told.merge(order.partition(number), number, Math::max);
          }
        } catch (MalformedRecordException | IllegalArgumentException e) {
          // Not an augmenter's line: `verify` tells of it.
          continue;
        }
      }
    } catch (OffsetOutOfRangeException e) {
      // The oldest lines were dropped by size.
      progress.seekToBeginning(List.of(ledger));
    } catch (KafkaException e) {
      // The broker is away; the lines come when it is back.
      return;
    }
  }

  /// The last number of a partition; negative if it has none.
  private static long last(BatchOrder order, int partition) {
    return order.nextAtLeast(partition, order.total()) - order.partitions();
  }

  private boolean everythingIsCommitted()
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin
            .listConsumerGroupOffsets(topics.augmenterGroup())
            .partitionsToOffsetAndMetadata()
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int p = 0; p < partitions; p++) {
      ends.put(new TopicPartition(topics.clips(), p), OffsetSpec.latest());
    }
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
        admin.listOffsets(ends).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS).entrySet()) {
      OffsetAndMetadata commit = committed.get(end.getKey());
      if (end.getValue().offset() > (commit == null ? 0 : commit.offset())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    try (admin) {
      progress.close();
    }
  }
}
