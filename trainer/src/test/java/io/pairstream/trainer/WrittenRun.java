package io.pairstream.trainer;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairEncoding;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.run.RunRegistry;
import io.pairstream.run.RunSpec;
import io.pairstream.run.ValidationSet;
import io.pairstream.wire.ClipBatchSerde;
import io.pairstream.wire.PairBatchSerde;
import io.pairstream.wire.RecordHeaders;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// A run whose pairs and validation sets a test writes itself, from random pixels: two epochs of
/// ten batches of two clips in three partitions.
final class WrittenRun {
  private static final int CLIPS = 2;

  private final KafkaOptions kafka;
  private final Topics topics;
  private final RunSpec spec;

  WrittenRun(KafkaOptions kafka, Topics topics, List<String> trainers) {
    this.kafka = kafka;
    this.topics = topics;
    this.spec =
        new RunSpec(
            new RunSpec.Content(
                3,
                "written",
                4,
                16,
                16,
                "none",
                "none",
                CLIPS,
                20,
                3,
                Normalization.IMAGENET,
                "swapmix",
                1,
                PairEncoding.RECIPE,
                List.of("a", "b", "c"),
                List.of(new ValidationSet("val", 6, 3), new ValidationSet("hue", 2, 1))),
            2,
            trainers,
            1 << 20);
  }

  RunSpec spec() {
    return spec;
  }

  /// Declares the run and writes its validation sets.
  void declare() {
    try (RunRegistry registry = new RunRegistry(kafka, topics);
        KafkaProducer<String, byte[]> producer = producer()) {
      registry.publish(spec);
      for (ValidationSet set : spec.content().validation()) {
        for (long batch = 0; batch < set.batches(); batch++) {
          // A copy, as a restarted producer would leave.
          validate(producer, set, batch);
          validate(producer, set, batch);
        }
      }
    }
  }

  /// Writes the batches from this number on, up to but without that one.
  void write(long from, long to) {
    try (KafkaProducer<String, byte[]> producer = producer()) {
      for (long number = from; number < to; number++) {
        RecordHeaders headers =
            RecordHeaders.of(
                RecordHeaders.PAIRS,
                spec.identity(topics.name()),
                spec.order().id(number),
                Optional.empty());
        ProducerRecord<String, byte[]> record =
            new ProducerRecord<>(
                topics.pairs(), spec.order().partition(number), headers.key(), value(number));
        headers.addTo(record.headers());
        producer.send(record);
      }
    }
  }

  private KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        kafka.producer(0), new StringSerializer(), new ByteArraySerializer());
  }

  private void validate(KafkaProducer<String, byte[]> producer, ValidationSet set, long batch) {
    RecordHeaders headers =
        new RecordHeaders(
            RecordHeaders.CLIPS,
            topics.name(),
            spec.runId(),
            new BatchId(0, batch),
            set.batches(),
            spec.epochs(),
            Optional.empty(),
            Optional.of(
                new RecordHeaders.ValidationHeader(
                    set.name(), spec.content().validation().size())));
    BatchId id = new BatchId(0, batch);
    ClipBatch clips =
        new ClipBatch(
            id,
            pixels(id, set.name()),
            labels(id, set.name()),
            Tensor.zeros(DType.I64, Shape.of(CLIPS, 4)),
            clipIds(),
            new ClipBatch.Lineage("test", "none"));
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topics.validation(), 0, headers.key(), ClipBatchSerde.encode(clips));
    headers.addTo(record.headers());
    producer.send(record);
  }

  /// The value of a batch, the same each time.
  byte[] value(long number) {
    BatchId id = spec.order().id(number);
    return PairBatchSerde.encode(
        new PairBatch(
            id,
            pixels(id, "train"),
            Optional.empty(),
            new PairRecipe.SwapMix("swapmix", List.of(0.25f, 0.75f), List.of(1, 2, 0)),
            labels(id, "train"),
            spec.content().normalization(),
            clipIds(),
            new PairBatch.Lineage(new ClipBatch.Lineage("test", "none"), "test")));
  }

  private static Tensor pixels(BatchId id, String purpose) {
    CounterRandom random = CounterRandom.of(1, id, 0, purpose);
    Tensor pixels = Tensor.zeros(DType.U8, Shape.of(CLIPS, 4, 16, 16, 3));
    for (long i = 0; i < pixels.data().byteSize(); i++) {
      pixels.data().set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(256));
    }
    return pixels;
  }

  private static Tensor labels(BatchId id, String purpose) {
    CounterRandom random = CounterRandom.of(2, id, 0, purpose);
    return Tensor.ofLongs(
        Shape.of(CLIPS), IntStream.range(0, CLIPS).mapToLong(_ -> random.nextInt(3)).toArray());
  }

  private static List<String> clipIds() {
    return IntStream.range(0, CLIPS).mapToObj(i -> "clip" + i).toList();
  }
}
