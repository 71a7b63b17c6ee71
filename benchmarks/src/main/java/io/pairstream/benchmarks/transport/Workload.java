package io.pairstream.benchmarks.transport;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.run.RunSpec;
import io.pairstream.wire.ClipBatchSerde;
import io.pairstream.wire.RecordHeaders;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A run of one epoch of equal batches of noise, [8,8,224,224,3], as a producer would send them.
final class Workload {
  private static final int CLIPS = 8;
  private static final int FRAMES = 8;
  private static final int SIDE = 224;
  private static final int PARTITIONS = 8;

  private final int batches;
  private final List<Tensor> noise = new ArrayList<>();

  /// @param batches of the run
  Workload(int batches) {
    this.batches = batches;
    Shape shape = Shape.of(CLIPS, FRAMES, SIDE, SIDE, 3);
    for (int i = 0; i < 3; i++) {
      byte[] bytes = new byte[(int) shape.elements()];
      new Random(i).nextBytes(bytes);
      noise.add(new Tensor(DType.U8, shape, MemorySegment.ofArray(bytes)));
    }
  }

  int batches() {
    return batches;
  }

  int partitions() {
    return PARTITIONS;
  }

  /// The largest clip or pair record that the encoding gives, roughly.
  RunSpec spec(PairEncoding encoding) {
    RunSpec.Content content =
        new RunSpec.Content(
            0,
            "noise",
            FRAMES,
            SIDE,
            SIDE,
            "none",
            "none",
            CLIPS,
            (long) CLIPS * batches,
            PARTITIONS,
            Normalization.IMAGENET,
            "swapmix(beta=1)",
            1,
            encoding,
            List.of("noise"),
            List.of());
    return new RunSpec(content, 1, List.of("nobody"), 1L << 40);
  }

  /// Batch `number` of the run.
  ClipBatch clips(long number) {
    return new ClipBatch(
        new BatchId(0, number),
        noise.get((int) (number % noise.size())),
        Tensor.zeros(DType.I64, Shape.of(CLIPS)),
        Tensor.zeros(DType.I64, Shape.of(CLIPS, FRAMES)),
        Collections.nCopies(CLIPS, "noise"),
        new ClipBatch.Lineage("benchmark", "none"));
  }

  /// Sends all of it.
  void fill(KafkaOptions kafka, Topics topics, RunSpec spec) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(spec.clipRecordBytes()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (long number = 0; number < batches; number++) {
        ClipBatch clips = clips(number);
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(
                topics.clips(),
                spec.order().partition(number),
                clips.id().toString().getBytes(StandardCharsets.UTF_8),
                ClipBatchSerde.encode(clips));
        RecordHeaders.of(
                RecordHeaders.CLIPS, spec.identity(topics.name()), clips.id(), Optional.empty())
            .addTo(record.headers());
        producer.send(record);
      }
    }
  }
}
