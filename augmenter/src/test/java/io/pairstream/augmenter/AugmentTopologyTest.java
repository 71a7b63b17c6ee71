package io.pairstream.augmenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.PairEncoding;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.crop.Size;
import io.pairstream.journal.JournalLine;
import io.pairstream.journal.Message;
import io.pairstream.kernel.PlainSwapMix;
import io.pairstream.metrics.Metric;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import io.pairstream.run.RunSpec;
import io.pairstream.wire.Batches;
import io.pairstream.wire.Checksum;
import io.pairstream.wire.ClipBatchSerde;
import io.pairstream.wire.PairBatchSerde;
import io.pairstream.wire.RecordHeaders;
import io.pairstream.wire.SafeTensors;
import io.pairstream.wire.SentBatchSerde;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentTopologyTest {
  private static final Topics TOPICS = new Topics("r");
  private static final int MAX_RECORD_BYTES = 1 << 20;

  private final Tally tally = new Tally();
  private @Nullable TopologyTestDriver driver;

  @AfterEach
  void close() {
    if (driver != null) {
      driver.close();
    }
  }

  @ParameterizedTest
  @EnumSource(PairEncoding.class)
  void aBatchOfClipsBecomesThePairThatThePlainKernelMakes(PairEncoding encoding) throws Exception {
    RunSpec spec = start("swapmix(beta=1)", encoding);
    ClipBatch clips = Batches.clips(new BatchId(1, 3));
    send(spec, clips);
    byte[] expected =
        PairBatchSerde.encode(new PairMaker(Runs.settings(spec), new PlainSwapMix()).make(clips));
    TestRecord<byte[], byte[]> pair = pairs().readRecord();
    assertThat(pair.value()).isEqualTo(expected);
    assertThat(pairs().isEmpty()).isTrue();
  }

  @Test
  void aPairKeepsTheKeyAndTheHeadersOfItsClips() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.RECIPE);
    ClipBatch clips = Batches.clips(new BatchId(1, 3));
    send(spec, clips);
    TestRecord<byte[], byte[]> pair = pairs().readRecord();
    assertThat(pair.key()).asString(StandardCharsets.UTF_8).isEqualTo("1/3");
    assertThat(RecordHeaders.parse(pair.key(), pair.headers()))
        .isEqualTo(
            RecordHeaders.of(
                RecordHeaders.PAIRS, spec.identity("r"), clips.id(), Optional.empty()));
    assertThat(pair.headers().toArray()).hasSize(9);
  }

  @Test
  void theJournalTellsOfEachPairAndWhatItWasMadeFrom() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.U8);
    send(spec, Batches.clips(new BatchId(0, 0)));
    byte[] value = pairs().readRecord().value();
    TestRecord<byte[], byte[]> line = progress().readRecord();
    assertThat(line.key()).asString(StandardCharsets.UTF_8).isEqualTo("augmenter/main/1");
    assertThat(batch(line))
        .isEqualTo(
            new Message.Batch(
                new BatchId(0, 0),
                false,
                2,
                Checksum.crc32c(value),
                OptionalLong.of(Checksum.crc32c(encoded(new BatchId(0, 0)))),
                Optional.empty(),
                false));
  }

  @Test
  void aBatchThatTheProducerSkippedStaysSkippedWithItsCause() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.U8);
    send(headers(spec, new BatchId(0, 1), Optional.of("no clip could be decoded")), EMPTY);
    assertSkipped(new BatchId(0, 1), "no clip could be decoded");
    assertThat(rejected().isEmpty()).isTrue();
  }

  @Test
  void malformedBytesUnderAnExpectedKeyBecomeASkippedPairWithTheCause() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.U8);
    byte[] truncated = java.util.Arrays.copyOf(encoded(new BatchId(0, 0)), 500);
    send(headers(spec, new BatchId(0, 0)), truncated);
    JsonNode told = json(rejected().readValue());
    assertThat(told.get("topic").asText()).isEqualTo("r.clips");
    assertThat(told.get("partition").asInt()).isZero();
    assertThat(told.get("offset").asLong()).isZero();
    assertThat(told.get("bytes").binaryValue()).isEqualTo(truncated);
    assertSkipped(new BatchId(0, 0), told.get("cause").asText());
  }

  @Test
  void aRecordWithoutAValueIsMalformed() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.U8);
    send(headers(spec, new BatchId(0, 0)), null);
    assertSkipped(new BatchId(0, 0), "the record has no value");
  }

  @Test
  void aValueThatIsAnotherBatchIsMalformed() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.U8);
    send(headers(spec, new BatchId(0, 0)), encoded(new BatchId(0, 1)));
    assertSkipped(new BatchId(0, 0), "tensor 'batch' says 0/1, the headers 0/0");
  }

  @Test
  void framesOfAnotherSizeAreMalformed() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.U8);
    BatchId id = new BatchId(0, 0);
    send(headers(spec, id), ClipBatchSerde.encode(clips(id, Shape.of(2, 3, 4, 6, 3))));
    assertSkipped(id, "tensor 'frames' is [2,3,4,6,3], the run's batches are [2,3,4,5,3]");
    send(headers(spec, id), ClipBatchSerde.encode(clips(id, Shape.of(3, 3, 4, 5, 3))));
    assertSkipped(id, "tensor 'frames' is [3,3,4,5,3], the run's batches are [2,3,4,5,3]");
  }

  @Test
  void framesThatAreStillToBeCroppedBecomePairsOfTheRunsSize() throws Exception {
    RunSpec spec = start(cropping(35));
    BatchId id = new BatchId(1, 2);
    FrameBatch frames = twoClips(id);
    send(headers(spec, id), SentBatchSerde.encode(frames));
    byte[] value = pairs().readValue();
    assertThat(PairBatchSerde.decode(value).original().shape()).isEqualTo(Shape.of(2, 3, 4, 5, 3));
    byte[] expected =
        new CroppedPairs(
                Runs.settings(spec),
                spec.content().augmenterCrop().orElseThrow(),
                new Size(5, 4),
                new PlainSwapMix())
            .record(frames);
    assertThat(value).isEqualTo(expected);
  }

  @Test
  void framesThatAreNotWhatTheRunSaysAreMalformed() throws Exception {
    BatchId id = new BatchId(0, 0);
    RunSpec spec = start(cropping(34));
    send(headers(spec, id), SentBatchSerde.encode(twoClips(id)));
    assertSkipped(id, "tensor 'frames' is [2,3,35,3], the run's batches are at most [2,3,34,3]");
    send(headers(spec, id), SentBatchSerde.encode(Batches.frames(id)));
    assertSkipped(id, "tensor 'frames' is [3,2,35,3], the run's batches are at most [2,3,34,3]");
    send(headers(spec, id), encoded(id));
    assertSkipped(
        id, "tensor 'frame_size' is missing: the clips of this run are cropped by the augmenter");
  }

  @Test
  void framesInARunWhoseProducerCropsAreMalformed() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.U8);
    BatchId id = new BatchId(0, 0);
    send(headers(spec, id), SentBatchSerde.encode(twoClips(id)));
    assertThat(json(rejected().readValue()).get("cause").asText()).endsWith("is unknown");
  }

  private static RunSpec cropping(int maxPixels) {
    String crop = "multiscale,flip,at=augmenter,short-side=0,max-pixels=" + maxPixels;
    return Runs.spec("swapmix(beta=1)", PairEncoding.U8, 1, crop);
  }

  /// Frames [2,3,35,3] of 5×7 and 4×4 pixels.
  private static FrameBatch twoClips(BatchId id) {
    return new FrameBatch(
        id,
        new FrameBatch.Frames(
            Batches.noise(id, DType.U8, Shape.of(2, 3, 35, 3)),
            Tensor.ofLongs(Shape.of(2, 2), 5, 7, 4, 4),
            Tensor.ofLongs(Shape.of(2), 0, 1)),
        Tensor.ofLongs(Shape.of(2), 7, 1),
        Tensor.ofLongs(Shape.of(2, 3), 0, 4, 9, 1, 2, 3),
        List.of("a", "b"),
        new ClipBatch.Lineage("test", "segments"));
  }

  @Test
  void aBatchThatLostAClipIsAugmentedWithWhatIsLeft() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.U8);
    BatchId id = new BatchId(0, 0);
    send(headers(spec, id), ClipBatchSerde.encode(clips(id, Shape.of(1, 3, 4, 5, 3))));
    assertThat(PairBatchSerde.decode(pairs().readValue()).clips()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "run-id", "schema", "epoch-batches", "epochs", "status", "epoch"})
  void aRecordWithAForeignHeaderIsToldAndNotPassedOn(String header) throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.U8);
    BatchId id = new BatchId(1, 0);
    Headers headers = headers(spec, id);
    headers.remove(header).add(header, "1".getBytes(StandardCharsets.UTF_8));
    if (header.equals("epoch")) {
      headers.remove(header);
    }
    clipsTopic().pipeInput(new TestRecord<>(key(id), encoded(id), headers));
    assertThat(pairs().isEmpty()).isTrue();
    assertThat(progress().isEmpty()).isTrue();
    assertThat(json(rejected().readValue()).get("cause").asText()).isNotEmpty();
    // And the next one is not affected.
    send(spec, Batches.clips(id));
    assertThat(pairs().readRecord().key()).isEqualTo(key(id));
  }

  @Test
  void aRecordUnderAnotherKeyIsForeign() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.U8);
    BatchId id = new BatchId(0, 0);
    clipsTopic()
        .pipeInput(new TestRecord<>(key(new BatchId(0, 1)), encoded(id), headers(spec, id)));
    clipsTopic().pipeInput(new TestRecord<>(null, encoded(id), headers(spec, id)));
    clipsTopic().pipeInput(new TestRecord<>(new byte[] {-1}, encoded(id), headers(spec, id)));
    assertThat(pairs().isEmpty()).isTrue();
    assertThat(rejected().readValuesToList()).hasSize(3);
  }

  @Test
  void aBatchInAnotherPartitionThanItsOwnIsForeign() throws Exception {
    RunSpec spec = start(Runs.spec("swapmix(beta=1)", PairEncoding.U8, 2));
    send(spec, Batches.clips(new BatchId(0, 1)));
    assertThat(pairs().isEmpty()).isTrue();
    assertThat(json(rejected().readValue()).get("cause").asText())
        .isEqualTo("batch 0/1 belongs in partition 1");
    send(spec, Batches.clips(new BatchId(0, 2)));
    assertThat(pairs().readRecord().key()).isEqualTo(key(new BatchId(0, 2)));
  }

  @Test
  void anEpochBeyondAnyNumberIsForeign() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.U8);
    BatchId id = new BatchId(Long.MAX_VALUE - 1, 0);
    Headers headers = headers(spec, new BatchId(0, 0));
    headers.remove("epoch").add("epoch", bytes(Long.toString(id.epoch())));
    headers.remove("epochs").add("epochs", bytes(Long.toString(Long.MAX_VALUE)));
    clipsTopic().pipeInput(new TestRecord<>(key(id), encoded(id), headers));
    assertThat(json(rejected().readValue()).get("cause").asText()).contains("beyond any run");
  }

  @Test
  void equalCopiesGiveEqualPairs() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.F16);
    send(spec, Batches.clips(new BatchId(0, 0)));
    send(spec, Batches.clips(new BatchId(0, 0)));
    assertThat(pairs().readValue()).isEqualTo(pairs().readValue());
    assertThat(progress().readValue()).isEqualTo(progress().readValue());
  }

  @Test
  void aBatchThatTheAugmentationRefusesIsSkippedAndTold() throws Exception {
    RunSpec spec = start("moody", PairEncoding.U8);
    send(spec, Batches.clips(new BatchId(0, 1)));
    JsonNode told = json(rejected().readValue());
    assertThat(told.get("cause").asText()).contains("moody refuses batch 0/1", "too dark");
    assertSkipped(new BatchId(0, 1), told.get("cause").asText());
    assertThat(tally.count(Metric.REFUSED)).isEqualTo(1);
    assertThat(tally.count(Metric.SKIPPED)).isEqualTo(1);
  }

  @Test
  void whatTheMomentDecidesEndsTheThreadAndPassesNothingOn() {
    RunSpec spec = start("moody", PairEncoding.U8);
    assertThatThrownBy(() -> send(spec, Batches.clips(new BatchId(0, 2))))
        .satisfies(e ->
            assertThat(StreamsFailure.explain(e, "b:1"))
                .isInstanceOf(ServiceException.class)
                .hasMessage("the device is gone"));
    assertThat(pairs().isEmpty()).isTrue();
  }

  @Test
  void aPairOverTheLargestRecordIsSkippedBeforeKafkaRefusesIt() throws Exception {
    RunSpec spec = Runs.spec("swapmix(beta=1)", PairEncoding.U8, 1);
    start(spec, 800);
    send(spec, Batches.clips(new BatchId(0, 0)));
    JsonNode told = json(rejected().readValue());
    assertThat(told.get("cause").asText()).matches("its pair takes \\d+ bytes, the most is 800");
    assertSkipped(new BatchId(0, 0), told.get("cause").asText());
  }

  @Test
  void aPairWhoseHeaderCannotBeWrittenIsSkipped() throws Exception {
    RunSpec spec = start("swapmix(beta=1)", PairEncoding.U8);
    BatchId id = new BatchId(0, 0);
    ClipBatch small = Batches.clips(id);
    // The clips' header just fits; the pair's holds more.
    ClipBatch named =
        new ClipBatch(
            id,
            small.frames(),
            small.label(),
            small.frameIndex(),
            List.of("x".repeat(SafeTensors.MAX_HEADER_BYTES - 500), "y"),
            small.lineage());
    send(headers(spec, id), ClipBatchSerde.encode(named));
    assertThat(json(rejected().readValue()).get("cause").asText())
        .contains("its pair cannot be written");
    assertThat(pairs().readValue()).isEqualTo(EMPTY);
  }

  @Test
  void aPairGoesToThePartitionOfItsNumber() {
    BatchOrder order = new BatchOrder(5, 2, 4);
    for (long number = 0; number < order.total(); number++) {
      byte[] key = key(order.id(number));
      assertThat(AugmentTopology.partitioner(order).partitions("r.pairs", key, EMPTY, 4))
          .contains(java.util.Set.of((int) (number % 4)));
    }
  }

  private static final byte[] EMPTY = SafeTensors.empty().encode();

  private RunSpec start(String augmentation, PairEncoding encoding) {
    return start(Runs.spec(augmentation, encoding, 1));
  }

  private RunSpec start(RunSpec spec) {
    start(spec, MAX_RECORD_BYTES);
    return spec;
  }

  private void start(RunSpec spec, int maxRecordBytes) {
    AugmentTopology topology =
        new AugmentTopology(
            new AugmentTopology.Part(TOPICS, spec, new Instance(Role.AUGMENTER, Instance.MAIN, 1)),
            Runs.settings(spec),
            maxRecordBytes,
            tally);
    Properties config = new Properties();
    Map<String, Object> settings = new KafkaOptions("unused:1").streams("r.augmenter", 1, 0);
    settings.forEach(config::put);
    driver = new TopologyTestDriver(topology.build(), config);
  }

  private TopologyTestDriver driver() {
    return java.util.Objects.requireNonNull(driver);
  }

  private TestInputTopic<byte[], byte[]> clipsTopic() {
    return driver()
        .createInputTopic("r.clips", new ByteArraySerializer(), new ByteArraySerializer());
  }

  private TestOutputTopic<byte[], byte[]> pairs() {
    return output("r.pairs");
  }

  private TestOutputTopic<byte[], byte[]> progress() {
    return output("r.progress");
  }

  private TestOutputTopic<byte[], byte[]> rejected() {
    return output("r.rejected");
  }

  private TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver()
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private void send(RunSpec spec, ClipBatch clips) {
    send(headers(spec, clips.id()), ClipBatchSerde.encode(clips));
  }

  private void send(Headers headers, byte @Nullable [] value) {
    String epoch = new String(headers.lastHeader("epoch").value(), StandardCharsets.UTF_8);
    String batch = new String(headers.lastHeader("batch").value(), StandardCharsets.UTF_8);
    clipsTopic().pipeInput(new TestRecord<>(bytes(epoch + "/" + batch), value, headers));
  }

  private void assertSkipped(BatchId id, String cause) throws Exception {
    TestRecord<byte[], byte[]> pair = pairs().readRecord();
    RecordHeaders headers = RecordHeaders.parse(pair.key(), pair.headers());
    assertThat(headers.schema()).isEqualTo(RecordHeaders.PAIRS);
    assertThat(headers.id()).isEqualTo(id);
    assertThat(headers.skipped()).contains(cause);
    assertThat(pair.value()).isEqualTo(EMPTY);
    Message.Batch line = batch(progress().readRecord());
    assertThat(line.skipped()).isTrue();
    assertThat(line.id()).isEqualTo(id);
    assertThat(line.crc32c()).isEqualTo(Checksum.crc32c(EMPTY));
  }

  private static Message.Batch batch(TestRecord<byte[], byte[]> record) {
    ConsumerRecord<byte[], byte[]> read =
        new ConsumerRecord<>(
            "r.progress",
            0,
            0L,
            0L,
            TimestampType.CREATE_TIME,
            0,
            0,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty());
    if (JournalLine.read(read) instanceof JournalLine.Told told
        && told.entry().message() instanceof Message.Batch batch) {
      return batch;
    }
    throw new AssertionError("no batch message: " + JournalLine.read(read));
  }

  private static Headers headers(RunSpec spec, BatchId id) {
    return headers(spec, id, Optional.empty());
  }

  private static Headers headers(RunSpec spec, BatchId id, Optional<String> skipped) {
    Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
    RecordHeaders.of(RecordHeaders.CLIPS, spec.identity("r"), id, skipped).addTo(headers);
    return headers;
  }

  private static ClipBatch clips(BatchId id, Shape shape) {
    int n = (int) shape.dim(0);
    return new ClipBatch(
        id,
        Batches.noise(id, DType.U8, shape),
        Tensor.zeros(DType.I64, Shape.of(n)),
        Tensor.zeros(DType.I64, Shape.of(n, shape.dim(1))),
        java.util.Collections.nCopies(n, "clip"),
        new ClipBatch.Lineage("test", "segments"));
  }

  private static byte[] encoded(BatchId id) {
    return ClipBatchSerde.encode(Batches.clips(id));
  }

  private static byte[] key(BatchId id) {
    return bytes(id.toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode json(byte[] bytes) throws IOException {
    return new ObjectMapper().readTree(bytes);
  }
}
