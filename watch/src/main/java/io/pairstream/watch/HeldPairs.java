package io.pairstream.watch;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.PairBatch;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.RunSpec;
import io.pairstream.run.TopicScan;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.PairBatchSerde;
import io.pairstream.wire.RecordHeaders;
import java.util.Comparator;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// The pair batches that RUN.pairs still holds. What every trainer has committed is deleted, but
/// the last of each partition.
public final class HeldPairs {
  private final KafkaOptions kafka;
  private final Topics topics;
  private final RunSpec spec;

  public HeldPairs(KafkaOptions kafka, Topics topics, RunSpec spec) {
    this.kafka = kafka;
    this.topics = topics;
    this.spec = spec;
  }

  /// One batch.
  ///
  /// @throws ServiceException (2) if the run has no such batch; (4) if it is not held, or was
  ///   skipped
  public PairBatch get(BatchId id) {
    BatchOrder order = spec.order();
    if (id.batch() >= order.batchesPerEpoch() || id.epoch() >= spec.epochs()) {
      throw ServiceException.usage(
          "run '%s' has no batch %s: it has %d epochs of %d batches"
              .formatted(topics.name(), id, spec.epochs(), order.batchesPerEpoch()));
    }
    Search search = new Search(id);
    try (TopicScan scan = new TopicScan(kafka, spec.pairRecordBytes())) {
      int partition = order.partition(order.number(id));
      scan.lastOf(new TopicPartition(topics.pairs(), partition), Long.MAX_VALUE, search::look);
    }
    return search.result();
  }

  /// The newest batch that has data, if any is held.
  public Optional<PairBatch> newest() {
    Newest newest = new Newest();
    try (TopicScan scan = new TopicScan(kafka, spec.pairRecordBytes())) {
      for (int p = 0; p < spec.content().partitions(); p++) {
        scan.lastOf(new TopicPartition(topics.pairs(), p), 1, newest::look);
      }
    }
    return Optional.ofNullable(newest.found);
  }

  /// Reads over a partition.
  private static final class Newest {
    private @Nullable PairBatch found;

    void look(ConsumerRecord<byte[], byte[]> record) {
      try {
        if (RecordHeaders.parse(record.key(), record.headers()).skipped().isEmpty()) {
          PairBatch batch = PairBatchSerde.decode(record.value());
          Comparator<BatchId> age =
              Comparator.comparingLong(BatchId::epoch).thenComparingLong(BatchId::batch);
          PairBatch before = found;
          if (before == null || age.compare(batch.id(), before.id()) > 0) {
            found = batch;
          }
        }
      } catch (MalformedRecordException e) {
        // Not this one; `verify` tells of it.
        return;
      }
    }
  }

  /// Looks for one batch.
  private final class Search {
    private final BatchId id;
    private @Nullable PairBatch found;
    private @Nullable String trouble;
    private boolean later;

    Search(BatchId id) {
      this.id = id;
    }

    void look(ConsumerRecord<byte[], byte[]> record) {
      try {
        RecordHeaders headers = RecordHeaders.parse(record.key(), record.headers());
        if (!headers.id().equals(id)) {
          later |= spec.order().number(headers.id()) > spec.order().number(id);
          return;
        }
        if (headers.skipped().isPresent()) {
          trouble = "batch " + id + " was skipped: " + headers.skipped().get();
        } else {
          found = PairBatchSerde.decode(record.value());
        }
      } catch (MalformedRecordException e) {
        trouble = "a record of " + record.topic() + " cannot be read: " + e.getMessage();
      }
    }

    PairBatch result() {
      PairBatch batch = found;
      if (batch != null) {
        return batch;
      }
      if (later) {
        throw ServiceException.badInput(
            "batch " + id + " was deleted, because every trainer has committed it");
      }
      throw ServiceException.badInput(
          trouble != null ? trouble : "batch " + id + " has not been made yet");
    }
  }
}
