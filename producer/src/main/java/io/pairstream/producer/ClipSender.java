package io.pairstream.producer;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.SentBatch;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.journal.Event;
import io.pairstream.journal.Journal;
import io.pairstream.journal.Message;
import io.pairstream.metrics.Metric;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.load.LoadedBatch;
import io.pairstream.run.RunSpec;
import io.pairstream.wire.Checksum;
import io.pairstream.wire.RecordHeaders;
import io.pairstream.wire.RecordHeaders.RunIdentity;
import io.pairstream.wire.RecordHeaders.ValidationHeader;
import io.pairstream.wire.SafeTensors;
import io.pairstream.wire.SentBatchSerde;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Writes RUN.clips and RUN.validation, and tells the journal of each batch.
///
/// At most one record of a partition is unacknowledged, and the journal tells of it before the next
/// one of that partition goes out: after a crash at most the last record of each partition is
/// untold. Idempotent and without a time limit: a broker that is away is waited for, and what it
/// refuses ends the process.
///
/// Used by one thread.
final class ClipSender implements AutoCloseable {
  private final KafkaProducer<String, byte[]> producer;
  private final Journal journal;
  private final Topics topics;
  private final RunIdentity identity;
  private final FlowControl flow;
  private final Tally tally;
  private final Map<Integer, Pending> pending = new TreeMap<>();

  /// A record of RUN.clips that is on its way.
  private record Pending(long number, Event done, Future<RecordMetadata> ack) {}

  /// @param journal stays the caller's
  /// @param flow told of what has arrived
  ClipSender(
      KafkaOptions kafka,
      Topics topics,
      RunSpec spec,
      Journal journal,
      FlowControl flow,
      Tally tally) {
    this.topics = topics;
    this.identity = spec.identity(topics.name());
    this.journal = journal;
    this.flow = flow;
    this.tally = tally;
    this.producer =
        new KafkaProducer<>(
            kafka.producer(spec.clipRecordBytes()),
            new StringSerializer(),
            new ByteArraySerializer());
    tally.show(new KafkaClientMetrics(producer));
  }

  /// Sends a batch of the run, after the one before it in its partition has arrived and been told.
  void send(long number, int partition, LoadedBatch batch) throws InterruptedException {
    settle(partition);
    BatchId id = batch.plan().id();
    byte[] value = value(batch);
    RecordHeaders headers = RecordHeaders.of(RecordHeaders.CLIPS, identity, id, batch.skipped());
    Message.Batch line = line(id, batch.sent().map(SentBatch::clips), value);
    pending.put(
        partition,
        new Pending(number, Event.now(line), send(topics.clips(), partition, headers, value)));
    tally.add(Metric.BATCHES, 1);
    tally.add(Metric.CLIPS, line.clips());
    tally.add(Metric.SKIPPED, line.skipped() ? 1 : 0);
    tally.add(Metric.BYTES, value.length);
  }

  /// Sends a validation batch and waits until it has arrived.
  ///
  /// @param setBatches batches of the set
  void sendValidation(ValidationHeader set, long setBatches, LoadedBatch batch)
      throws InterruptedException {
    RecordHeaders headers =
        new RecordHeaders(
            RecordHeaders.CLIPS,
            identity.run(),
            identity.runId(),
            batch.plan().id(),
            setBatches,
            identity.epochs(),
            batch.skipped(),
            Optional.of(set));
    byte[] value = value(batch);
    await(send(topics.validation(), 0, headers, value), topics.validation() + " " + headers.key());
    tally.add(Metric.VALIDATION_CLIPS, batch.sent().map(SentBatch::clips).orElse(0));
    tally.add(Metric.VALIDATION_BYTES, value.length);
  }

  /// Tells of a record that arrived before this process began, whether or not it has been told of.
  void tellAgain(Message.Batch line) throws InterruptedException {
    journal.append(List.of(Event.now(line.retold())));
  }

  /// What the journal is told of a batch.
  ///
  /// @param clips absent if the batch was skipped
  Message.Batch line(BatchId id, Optional<Integer> clips, byte[] value) {
    OptionalInt there = clips.isPresent() ? OptionalInt.of(clips.get()) : OptionalInt.empty();
    return Message.Batch.sent(id, there, Checksum.crc32c(value));
  }

  /// Waits until everything sent has arrived and the journal tells of it.
  void settle() throws InterruptedException {
    for (int partition : List.copyOf(pending.keySet())) {
      settle(partition);
    }
  }

  private void settle(int partition) throws InterruptedException {
    Pending sent = pending.get(partition);
    if (sent != null) {
      String what = topics.clips() + "-" + partition + " number " + sent.number();
      RecordMetadata arrived = await(sent.ack(), what);
      journal.append(List.of(sent.done()));
      flow.arrived(partition, sent.number(), arrived.offset());
      pending.remove(partition);
    }
  }

  private static byte[] value(LoadedBatch batch) {
    return batch.sent().map(SentBatchSerde::encode).orElseGet(() -> SafeTensors.empty().encode());
  }

  private Future<RecordMetadata> send(
      String topic, int partition, RecordHeaders headers, byte[] value) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic, partition, headers.key(), value);
    headers.addTo(record.headers());
    return producer.send(record);
  }

  private static RecordMetadata await(Future<RecordMetadata> ack, String what)
      throws InterruptedException {
    try {
      return ack.get();
    } catch (ExecutionException e) {
      throw ServiceException.environment(
          "the broker refuses %s: %s".formatted(what, e.getCause()), e);
    }
  }

  /// Drops what has not arrived: a restart finds out what has.
  @Override
  public void close() {
    producer.close(pending.isEmpty() ? Duration.ofSeconds(30) : Duration.ZERO);
  }
}
