package io.pairstream.augmenter;

import io.pairstream.clip.BatchId;
import io.pairstream.config.Topics;
import io.pairstream.kernel.SwapMixKernel;
import io.pairstream.metrics.Tally;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.Instance;
import io.pairstream.run.RunSpec;
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

/// The augmenter: RUN.clips → one processor → RUN.pairs, and beside the pairs a message of the
/// journal for each to RUN.progress and whatever could not be used to RUN.rejected.
///
/// Every batch goes on to the partition it came from, with its key; what cannot be augmented goes
/// on as skipped, so that no trainer waits for it. Bytes in and bytes out: they are parsed in the
/// processor, where a malformed record is one more case, and not in a deserializer, where it would
/// be an error.
public final class AugmentTopology {
  private static final String CLIPS = "clips";
  private static final String PAIR_MAKER = "pair-maker";
  static final String PAIRS = "pairs";
  static final String PROGRESS = "progress";
  static final String REJECTED = "rejected";

  private final Part part;
  private final PairMaker.Settings settings;
  private final int maxRecordBytes;
  private final Tally tally;
  private final Supplier<SwapMixKernel> kernels;

  /// What a process takes part in.
  ///
  /// @param topics of the run
  /// @param spec what the run is
  /// @param instance which process it is
  public record Part(Topics topics, RunSpec spec, Instance instance) {}

  /// On the processor, with the fastest kernel of this JVM.
  ///
  /// @param maxRecordBytes the largest value of a record
  public AugmentTopology(Part part, PairMaker.Settings settings, int maxRecordBytes, Tally tally) {
    this(part, settings, maxRecordBytes, tally, SwapMixKernel::fastest);
  }

  /// @param maxRecordBytes the largest value of a record
  /// @param kernels makes one for each task
  public AugmentTopology(
      Part part,
      PairMaker.Settings settings,
      int maxRecordBytes,
      Tally tally,
      Supplier<SwapMixKernel> kernels) {
    this.part = part;
    this.settings = settings;
    this.maxRecordBytes = maxRecordBytes;
    this.tally = tally;
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
            part.topics().clips())
        .addProcessor(PAIR_MAKER, this::processor, CLIPS)
        .addSink(
            PAIRS,
            part.topics().pairs(),
            bytes,
            bytes,
            partitioner(part.spec().order()),
            PAIR_MAKER)
        .addSink(PROGRESS, part.topics().progress(), bytes, bytes, PAIR_MAKER)
        .addSink(REJECTED, part.topics().rejected(), bytes, bytes, PAIR_MAKER);
  }

  /// The partition of a batch by its key, which is the one that it was read from.
  static StreamPartitioner<byte[], byte[]> partitioner(BatchOrder order) {
    return (topic, key, value, partitions) -> {
      BatchId id = BatchId.parse(new String(key, StandardCharsets.UTF_8));
      return Optional.of(Set.of(order.partition(order.number(id))));
    };
  }

  /// One partition's worth of the work.
  private PairProcessor processor() {
    return new PairProcessor(part, settings, maxRecordBytes, tally, kernels.get());
  }
}
