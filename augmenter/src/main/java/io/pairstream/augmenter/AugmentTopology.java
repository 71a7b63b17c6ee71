package io.pairstream.augmenter;

import io.pairstream.augmenter.kernel.SwapMixKernel;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.SentBatch;
import io.pairstream.config.Topics;
import io.pairstream.crop.Size;
import io.pairstream.ops.ServiceMetrics;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.Ledger;
import io.pairstream.run.LedgerEntry;
import io.pairstream.run.Rejection;
import io.pairstream.run.RunSpec;
import io.pairstream.wire.PairBatchSerde;
import io.pairstream.wire.RecordHeaders;
import io.pairstream.wire.SafeTensors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The augmenter: RUN.clips → one processor → RUN.pairs, and beside the pairs a line of the ledger
/// for each to RUN.progress and whatever could not be used to RUN.rejected.
///
/// Every batch goes on to the partition it came from, with its key; what cannot be augmented goes
/// on as skipped, so that no trainer waits for it. Bytes in and bytes out: they are parsed in the
/// processor, where a malformed record is one more case, and not in a deserializer, where it would
/// be an error.
public final class AugmentTopology {
  private static final Logger LOG = LoggerFactory.getLogger(AugmentTopology.class);
  private static final String CLIPS = "clips";
  private static final String PAIR_MAKER = "pair-maker";
  private static final String PAIRS = "pairs";
  private static final String PROGRESS = "progress";
  private static final String REJECTED = "rejected";

  private final Topics topics;
  private final RunSpec spec;
  private final PairMaker.Settings settings;
  private final int maxRecordBytes;
  private final ServiceMetrics metrics;
  private final Supplier<SwapMixKernel> kernels;

  /// On the processor, with the fastest kernel of this JVM.
  ///
  /// @param maxRecordBytes the largest value of a record
  public AugmentTopology(
      Topics topics,
      RunSpec spec,
      PairMaker.Settings settings,
      int maxRecordBytes,
      ServiceMetrics metrics) {
    this(topics, spec, settings, maxRecordBytes, metrics, SwapMixKernel::fastest);
  }

  /// @param maxRecordBytes the largest value of a record
  /// @param kernels makes one for each task
  public AugmentTopology(
      Topics topics,
      RunSpec spec,
      PairMaker.Settings settings,
      int maxRecordBytes,
      ServiceMetrics metrics,
      Supplier<SwapMixKernel> kernels) {
    this.topics = topics;
    this.spec = spec;
    this.settings = settings;
    this.maxRecordBytes = maxRecordBytes;
    this.metrics = metrics;
    this.kernels = kernels;
  }

  /// The topology; each of its tasks has a pair maker and a kernel of its own.
  public Topology build() {
    ByteArraySerializer bytes = new ByteArraySerializer();
    return new Topology()
        .addSource(
            AutoOffsetReset.earliest(),
            CLIPS,
            new WallclockTimestampExtractor(),
            new ByteArrayDeserializer(),
            // A view of what was fetched, not a copy.
            new ByteBufferDeserializer(),
            topics.clips())
        .addProcessor(PAIR_MAKER, PairProcessor::new, CLIPS)
        .addSink(PAIRS, topics.pairs(), bytes, bytes, partitioner(spec.order()), PAIR_MAKER)
        .addSink(PROGRESS, topics.progress(), bytes, bytes, PAIR_MAKER)
        .addSink(REJECTED, topics.rejected(), bytes, bytes, PAIR_MAKER);
  }

  /// The partition of a batch by its key, which is the one that it was read from.
  static StreamPartitioner<byte[], byte[]> partitioner(BatchOrder order) {
    return (topic, key, value, partitions) -> {
      BatchId id = BatchId.parse(new String(key, StandardCharsets.UTF_8));
      return Optional.of(Set.of(order.partition(order.number(id))));
    };
  }

  /// How a batch becomes its pair.
  private interface Pairing {
    PairBatch make() throws RefusedBatchException;
  }

  /// One partition's worth of the work.
  private final class PairProcessor
      extends ContextualProcessor<byte[], ByteBuffer, byte[], byte[]> {
    private final SwapMixKernel kernel = kernels.get();
    private final PairMaker maker = new PairMaker(settings, kernel);
    private final Optional<CroppedPairs> cropped =
        spec.content()
            .augmenterCrop()
            .map(plan -> new CroppedPairs(settings, plan, clipSize(), kernel));

    @Override
    public void process(Record<byte[], ByteBuffer> record) {
      int partition = context().taskId().partition();
      switch (Incoming.read(
          topics.name(), spec, partition, record.headers(), record.key(), record.value())) {
        case Incoming.Clips clips ->
            augment(record, clips.headers(), clips.batch(), () -> maker.make(clips.batch()));
        case Incoming.Frames frames ->
            augment(
                record,
                frames.headers(),
                frames.batch(),
                () -> cropped.orElseThrow().make(frames.batch()));
        case Incoming.Skipped skipped -> skip(record, skipped.headers(), skipped.cause());
        case Incoming.Malformed malformed -> refuse(record, malformed.headers(), malformed.cause());
        case Incoming.Foreign foreign -> reject(record, foreign.cause());
      }
    }

    private Size clipSize() {
      return new Size(spec.content().width(), spec.content().height());
    }

    private void augment(
        Record<byte[], ByteBuffer> record,
        RecordHeaders headers,
        SentBatch batch,
        Pairing pairing) {
      long start = System.nanoTime();
      try {
        byte[] value = encoded(pairing.make());
        metrics.count("augment_seconds", (System.nanoTime() - start) / 1e9);
        metrics.count("clips", batch.clips());
        pass(record, headers, Optional.empty(), batch.clips(), value);
      } catch (RefusedBatchException e) {
        refuse(record, headers, String.valueOf(e.getMessage()));
      }
    }

    /// The value of a pair's record; a size that Kafka would refuse would end the process, again
    /// and again, and is refused here.
    private byte[] encoded(PairBatch pair) throws RefusedBatchException {
      byte[] value;
      try {
        value = PairBatchSerde.encode(pair);
      } catch (IllegalArgumentException e) {
        throw new RefusedBatchException("its pair cannot be written: " + e.getMessage(), e);
      }
      if (value.length > maxRecordBytes) {
        throw new RefusedBatchException(
            "its pair takes " + value.length + " bytes, the most is " + maxRecordBytes);
      }
      return value;
    }

    /// Passes a batch on without data because of its own bytes, and tells of it.
    private void refuse(Record<byte[], ByteBuffer> record, RecordHeaders headers, String cause) {
      metrics.count("refused", 1);
      reject(record, cause);
      skip(record, headers, cause);
    }

    private void skip(Record<byte[], ByteBuffer> record, RecordHeaders headers, String cause) {
      metrics.count("skipped", 1);
      pass(record, headers, Optional.of(cause), 0, SafeTensors.empty().encode());
    }

    private void pass(
        Record<byte[], ByteBuffer> record,
        RecordHeaders headers,
        Optional<String> skipped,
        int clips,
        byte[] value) {
      LedgerEntry line =
          new LedgerEntry(
              LedgerEntry.Service.AUGMENTER,
              "0",
              headers.runId(),
              headers.id(),
              skipped.isPresent(),
              clips,
              LedgerEntry.crc32c(value));
      Record<byte[], byte[]> bare = new Record<>(record.key(), value, record.timestamp());
      headers.with(RecordHeaders.PAIRS, skipped).addTo(bare.headers());
      // The line first: a pair that nobody told of would look like somebody else's.
      tell(record, PROGRESS, Ledger.keyBytes(line), line.toJson());
      context().forward(bare, PAIRS);
      metrics.count("batches", 1);
      metrics.count("bytes", value.length);
    }

    /// Tells RUN.rejected of a record that cannot be used.
    private void reject(Record<byte[], ByteBuffer> record, String cause) {
      RecordMetadata at = context().recordMetadata().orElseThrow();
      LOG.warn("{}-{} offset {}: {}", at.topic(), at.partition(), at.offset(), cause);
      Rejection rejection =
          new Rejection.Message(
              at.topic(), at.partition(), at.offset(), cause, firstBytes(record.value()));
      tell(record, REJECTED, null, rejection.toJson());
      metrics.count("rejected", 1);
    }

    private static byte[] firstBytes(@Nullable ByteBuffer value) {
      if (value == null) {
        return new byte[0];
      }
      byte[] first = new byte[Math.min(value.remaining(), Rejection.MAX_BYTES)];
      value.get(value.position(), first);
      return first;
    }

    private void tell(
        Record<byte[], ByteBuffer> record, String sink, byte @Nullable [] key, byte[] json) {
      context().forward(new Record<>(key, json, record.timestamp()), sink);
    }
  }
}
