package io.pairstream.producer;

import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.RunSpec;
import io.pairstream.run.TopicScan;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.RecordHeaders;
import io.pairstream.wire.SentBatchSerde;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Where a producer that was here before left off, read from the topics: deleting always leaves a
/// partition's last record.
///
/// Used by one thread.
final class ResumePoints implements AutoCloseable {
  private final TopicScan scan;
  private final Topics topics;
  private final RunSpec spec;
  private final BatchOrder order;

  /// The last record of this run in a partition.
  ///
  /// @param value its bytes
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Last(RecordHeaders headers, long offset, byte[] value) {
    /// N, or nothing if the batch was skipped.
    Optional<Integer> clips() {
      try {
        return headers.skipped().isPresent()
            ? Optional.empty()
            : Optional.of(SentBatchSerde.decode(value).clips());
      } catch (MalformedRecordException e) {
        return Optional.empty();
      }
    }
  }

  ResumePoints(KafkaOptions kafka, Topics topics, RunSpec spec) {
    this.scan = new TopicScan(kafka, spec.clipRecordBytes());
    this.topics = topics;
    this.spec = spec;
    this.order = spec.order();
  }

  /// The last valid record of a partition of RUN.clips.
  Optional<Last> lastClips(int partition) {
    return last(
        new TopicPartition(topics.clips(), partition),
        headers ->
            headers.validation().isEmpty()
                && headers.id().batch() < order.batchesPerEpoch()
                && order.partition(order.number(headers.id())) == partition);
  }

  /// The number of the batch that comes after the last one in a partition.
  long next(int partition, Optional<Last> last) {
    return last.map(there -> order.number(there.headers().id()) + order.partitions())
        .orElse(order.first(partition));
  }

  /// The last valid record of RUN.validation.
  Optional<Last> lastValidation() {
    return last(
        new TopicPartition(topics.validation(), 0), headers -> headers.validation().isPresent());
  }

  /// Looks at the last record first, and at more only if that is no record of this run.
  private Optional<Last> last(TopicPartition partition, Predicate<RecordHeaders> belongs) {
    for (long count : new long[] {1, 16, Long.MAX_VALUE}) {
      Latest latest = new Latest(belongs);
      scan.lastOf(partition, count, latest::see);
      if (latest.found.isPresent() || latest.seen < count) {
        return latest.found;
      }
    }
    return Optional.empty();
  }

  private final class Latest {
    private final Predicate<RecordHeaders> belongs;
    private Optional<Last> found = Optional.empty();
    private long seen;

    Latest(Predicate<RecordHeaders> belongs) {
      this.belongs = belongs;
    }

    void see(ConsumerRecord<byte[], byte[]> record) {
      seen++;
      try {
        RecordHeaders headers = RecordHeaders.parse(record.key(), record.headers());
        boolean ours =
            headers.runId().equals(spec.runId()) && headers.schema().equals(RecordHeaders.CLIPS);
        if (ours && record.value() != null && belongs.test(headers)) {
          found = Optional.of(new Last(headers, record.offset(), record.value()));
        }
      } catch (MalformedRecordException e) {
        // A foreign record: the augmenter rejects it, here it is passed over.
      }
    }
  }

  @Override
  public void close() {
    scan.close();
  }
}
