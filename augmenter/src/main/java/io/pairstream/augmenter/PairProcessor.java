package io.pairstream.augmenter;

import io.pairstream.clip.SentBatch;
import io.pairstream.crop.Size;
import io.pairstream.journal.Event;
import io.pairstream.journal.JournalEntry;
import io.pairstream.journal.Message;
import io.pairstream.kernel.SwapMixKernel;
import io.pairstream.metrics.Metric;
import io.pairstream.metrics.Tally;
import io.pairstream.run.Instance;
import io.pairstream.run.Rejection;
import io.pairstream.run.RunSpec;
import io.pairstream.wire.Checksum;
import io.pairstream.wire.RecordHeaders;
import io.pairstream.wire.SafeTensors;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The augmenter's one processor: a clip batch in, its pair out, and the journal told. Each has one
/// partition's worth of the work.
final class PairProcessor extends ContextualProcessor<byte[], ByteBuffer, byte[], byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(PairProcessor.class);

  private final Incoming.Expected expected;
  private final Instance instance;
  private final String runId;
  private final int maxRecordBytes;
  private final Tally tally;
  private final PairMaker maker;
  private final Optional<CroppedPairs> cropped;

  /// @param maxRecordBytes the largest value of a record
  /// @param kernel this processor's own
  PairProcessor(
      AugmentTopology.Part part,
      PairMaker.Settings settings,
      int maxRecordBytes,
      Tally tally,
      SwapMixKernel kernel) {
    RunSpec spec = part.spec();
    this.expected = Incoming.Expected.of(part.topics().name(), spec);
    this.instance = part.instance();
    this.runId = spec.runId();
    this.maxRecordBytes = maxRecordBytes;
    this.tally = tally;
    this.maker = new PairMaker(settings, kernel);
    Size clip = new Size(spec.content().width(), spec.content().height());
    this.cropped =
        spec.content().augmenterCrop().map(plan -> new CroppedPairs(settings, plan, clip, kernel));
  }

  /// How a batch becomes the value of its pair's record.
  private interface Pairing {
    byte[] record() throws RefusedBatchException;
  }

  @Override
  public void process(Record<byte[], ByteBuffer> record) {
    int partition = context().taskId().partition();
    switch (Incoming.read(expected, partition, record.headers(), record.key(), record.value())) {
      case Incoming.Clips clips ->
          augment(record, clips.headers(), clips.batch(), () -> maker.record(clips.batch()));
      case Incoming.Frames frames ->
          augment(
              record,
              frames.headers(),
              frames.batch(),
              () -> cropped.orElseThrow().record(frames.batch()));
      case Incoming.Skipped skipped -> skip(record, skipped.headers(), skipped.cause());
      case Incoming.Malformed malformed -> refuse(record, malformed.headers(), malformed.cause());
      case Incoming.Foreign foreign -> reject(record, foreign.cause());
    }
  }

  private void augment(
      Record<byte[], ByteBuffer> record, RecordHeaders headers, SentBatch batch, Pairing pairing) {
    long start = System.nanoTime();
    try {
      byte[] value = sized(pairing.record());
      tally.add(Metric.AUGMENT_SECONDS, (System.nanoTime() - start) / 1e9);
      tally.add(Metric.CLIPS, batch.clips());
      pass(record, headers, Optional.empty(), batch.clips(), value);
    } catch (RefusedBatchException e) {
      refuse(record, headers, String.valueOf(e.getMessage()));
    }
  }

  /// A size that Kafka would refuse would end the process, again and again, and is refused here.
  private byte[] sized(byte[] value) throws RefusedBatchException {
    if (value.length > maxRecordBytes) {
      throw new RefusedBatchException(
          "its pair takes " + value.length + " bytes, the most is " + maxRecordBytes);
    }
    return value;
  }

  /// Passes a batch on without data because of its own bytes, and tells of it.
  private void refuse(Record<byte[], ByteBuffer> record, RecordHeaders headers, String cause) {
    tally.add(Metric.REFUSED, 1);
    reject(record, cause);
    skip(record, headers, cause);
  }

  private void skip(Record<byte[], ByteBuffer> record, RecordHeaders headers, String cause) {
    tally.add(Metric.SKIPPED, 1);
    pass(record, headers, Optional.of(cause), 0, SafeTensors.empty().encode());
  }

  private void pass(
      Record<byte[], ByteBuffer> record,
      RecordHeaders headers,
      Optional<String> skipped,
      int clips,
      byte[] value) {
    Message.Batch line =
        new Message.Batch(
            headers.id(),
            skipped.isPresent(),
            clips,
            Checksum.crc32c(value),
            from(record.value()),
            Optional.empty(),
            false);
    Record<byte[], byte[]> bare = new Record<>(record.key(), value, record.timestamp());
    headers.with(RecordHeaders.PAIRS, skipped).addTo(bare.headers());
    // The line first: a pair that nobody told of would look like somebody else's.
    tell(record, line);
    context().forward(bare, AugmentTopology.PAIRS);
    tally.add(Metric.BATCHES, 1);
    tally.add(Metric.BYTES, value.length);
  }

  private static OptionalLong from(@Nullable ByteBuffer value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(Checksum.crc32c(value));
  }

  /// Tells the journal of a batch.
  private void tell(Record<byte[], ByteBuffer> record, Message.Batch line) {
    Instant now = Instant.ofEpochMilli(context().currentSystemTimeMs());
    JournalEntry entry = new JournalEntry(instance, runId, new Event(now, line));
    Record<byte[], byte[]> told = new Record<>(entry.key(), entry.value(), record.timestamp());
    entry.addTo(told.headers());
    context().forward(told, AugmentTopology.PROGRESS);
  }

  /// Tells RUN.rejected of a record that cannot be used.
  private void reject(Record<byte[], ByteBuffer> record, String cause) {
    RecordMetadata at = context().recordMetadata().orElseThrow();
    LOG.warn("{}-{} offset {}: {}", at.topic(), at.partition(), at.offset(), cause);
    Rejection rejection =
        new Rejection.Message(
            at.topic(), at.partition(), at.offset(), cause, firstBytes(record.value()));
    context()
        .forward(
            new Record<>(null, rejection.toJson(), record.timestamp()), AugmentTopology.REJECTED);
    tally.add(Metric.REJECTED, 1);
  }

  private static byte[] firstBytes(@Nullable ByteBuffer value) {
    if (value == null) {
      return new byte[0];
    }
    byte[] first = new byte[Math.min(value.remaining(), Rejection.MAX_BYTES)];
    value.get(value.position(), first);
    return first;
  }
}
