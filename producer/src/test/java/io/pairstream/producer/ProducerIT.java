package io.pairstream.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pairstream.broker.EmbeddedBroker;
import io.pairstream.broker.testing.TestBroker;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.config.ClientSettings;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.crop.CropRule;
import io.pairstream.crop.Size;
import io.pairstream.journal.JournalLine;
import io.pairstream.journal.JournalReader;
import io.pairstream.journal.Message;
import io.pairstream.metrics.Metric;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ProducerReport;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.ProducerOptions.Bounds;
import io.pairstream.producer.ProducerOptions.ContentOptions;
import io.pairstream.producer.ProducerOptions.PairOptions;
import io.pairstream.producer.ProducerOptions.Work;
import io.pairstream.producer.dataset.DatasetOptions;
import io.pairstream.producer.dataset.PlainDataset;
import io.pairstream.producer.load.BatchLoader;
import io.pairstream.producer.load.ClipFormat;
import io.pairstream.producer.sample.FrameSampling;
import io.pairstream.producer.video.VideoWriter;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.CommittedNext;
import io.pairstream.run.RunRegistry;
import io.pairstream.run.RunSpec;
import io.pairstream.run.TopicScan;
import io.pairstream.wire.Checksum;
import io.pairstream.wire.ClipBatchSerde;
import io.pairstream.wire.RecordHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The producer against a real broker; trainers and augmenter are played by their commits.
class ProducerIT {
  private static final int PARTITIONS = 3;
  private static final int CLIPS_PER_BATCH = 2;
  private static final long EPOCHS = 2;
  private static final String TRAINER = "t";
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final long PLENTY = 1L << 30;

  @TempDir static Path folder;
  private static EmbeddedBroker broker;
  private static KafkaOptions kafka;
  private static Admin admin;
  private static Path dataset;

  @BeforeAll
  static void startBrokerAndWriteVideos() throws IOException {
    broker = TestBroker.start(folder.resolve("broker"));
    kafka = new KafkaOptions(broker.bootstrap());
    admin = Admin.create(kafka.admin());
    dataset = folder.resolve("dataset");
    // 11 training clips, one of them no video: six batches an epoch, the last one of one clip.
    for (int i = 0; i < 10; i++) {
      video("train/class%d/%d.mp4".formatted(i % 2, i), 5 + i);
    }
    Files.writeString(dataset.resolve("train/class1/bad.mp4"), "no video");
    for (int i = 0; i < 3; i++) {
      video("val/class0/%d.mp4".formatted(i), 9);
      video("validation-sets/dark/class1/%d.mp4".formatted(i), 9);
    }
  }

  @AfterAll
  static void stopBroker() {
    admin.close();
    broker.close();
  }

  @Test
  void everyBatchLiesInItsPartitionAndTheJournalTellsOfItOnce() throws Exception {
    Topics topics = new Topics("whole");
    ProducerReport report = service(topics, PLENTY).run();
    RunSpec spec = spec(topics);
    BatchOrder order = spec.order();
    Map<Long, ConsumerRecord<byte[], byte[]>> sent = clips(topics);
    assertThat(sent.keySet()).containsExactlyElementsOf(numbers(order));
    Map<Long, Message.Batch> journal = journal(topics, order);
    assertThat(journal.keySet()).isEqualTo(sent.keySet());
    long clips = 0;
    for (Map.Entry<Long, ConsumerRecord<byte[], byte[]>> one : sent.entrySet()) {
      RecordHeaders headers = RecordHeaders.parse(one.getValue().key(), one.getValue().headers());
      assertThat(one.getValue().partition()).isEqualTo(order.partition(one.getKey()));
      assertThat(headers.runId()).isEqualTo(spec.runId());
      assertThat(at(journal, one.getKey()).crc32c())
          .isEqualTo(Checksum.crc32c(one.getValue().value()));
      if (headers.skipped().isEmpty()) {
        assertThat(ClipBatchSerde.decode(one.getValue().value()).id()).isEqualTo(headers.id());
        clips += ClipBatchSerde.decode(one.getValue().value()).clips();
      }
    }
    assertThat(clips).isEqualTo(2 * 10);
    assertThat(report.batches()).isEqualTo(12);
    assertThat(report.clips()).isEqualTo(20);
    assertThat(report.rejected()).isEqualTo(1);
    // 11 clips for training, twice 3 for validation, each counted once though there are two epochs.
    assertThat(report.dataset().clips()).isEqualTo(17);
    assertThat(report.dataset().used()).isEqualTo(16);
    assertThat(report.dataset().rejected().values()).containsExactly(1L);
    List<ConsumerRecord<byte[], byte[]>> rejected = read(topics.rejected(), 1);
    assertThat(rejected).hasSize(1);
    assertThat(new String(rejected.getFirst().value(), StandardCharsets.UTF_8))
        .contains("train/class1/bad.mp4", "it is not a video");
  }

  @Test
  void validationSetsGoOutOnceAndWhole() throws Exception {
    Topics topics = new Topics("validation");
    service(topics, PLENTY).run();
    service(topics, PLENTY).run();
    List<String> keys = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : read(topics.validation(), 1)) {
      RecordHeaders headers = RecordHeaders.parse(record.key(), record.headers());
      assertThat(headers.epochBatches()).isEqualTo(2);
      assertThat(headers.validation().orElseThrow().sets()).isEqualTo(2);
      assertThat(ClipBatchSerde.decode(record.value()).id()).isEqualTo(headers.id());
      keys.add(headers.key());
    }
    assertThat(keys).containsExactly("validation/0", "validation/1", "dark/0", "dark/1");
  }

  @Test
  void aSecondStartFindsNothingLeftToDo() throws Exception {
    Topics topics = new Topics("again");
    service(topics, PLENTY).run();
    ProducerReport second = service(topics, PLENTY).run();
    assertThat(second.batches()).isZero();
    assertThat(read(topics.clips(), PARTITIONS)).hasSize(12);
    assertThat(journal(topics, spec(topics).order())).hasSize(12);
  }

  @Test
  void aProducerThatWasInterruptedAnywhereGoesOnWithTheSameBytes() throws Exception {
    Topics undisturbed = new Topics("undisturbed");
    service(undisturbed, PLENTY).run();
    Map<Long, ConsumerRecord<byte[], byte[]>> expected = clips(undisturbed);
    Topics topics = new Topics("interrupted");
    long wholeRun = spec(undisturbed).order().total();
    for (long there = 0; there < wholeRun; there = clips(topics).size()) {
      Tally tally = new Tally();
      ProducerService service = new ProducerService(options(topics, PLENTY, false), tally);
      Thread process = start(service);
      await().atMost(LONG).until(() -> tally.count(Metric.BATCHES) >= 2 || !process.isAlive());
      process.interrupt();
      process.join();
    }
    // The last one may have ended between a record's arrival and its message in the journal.
    service(topics, PLENTY).run();
    Map<Long, ConsumerRecord<byte[], byte[]>> resumed = clips(topics);
    assertThat(resumed.keySet()).isEqualTo(expected.keySet());
    resumed.forEach(
        (number, record) -> assertThat(record.value()).isEqualTo(at(expected, number).value()));
    assertThat(journal(topics, spec(topics).order()).keySet()).isEqualTo(expected.keySet());
  }

  @Test
  void aRecordWhoseSenderDiedBeforeTellingIsToldByTheNextOne() throws Exception {
    Topics model = new Topics("model");
    service(model, PLENTY).run();
    ConsumerRecord<byte[], byte[]> first = at(clips(model), 0L);
    Topics topics = new Topics("untold");
    try (RunRegistry registry = new RunRegistry(kafka, topics);
        KafkaProducer<String, byte[]> sender =
            new KafkaProducer<>(
                kafka.producer(0), new StringSerializer(), new ByteArraySerializer())) {
      RunSpec spec = registry.publish(spec(model));
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(topics.clips(), 0, "0/0", first.value());
      RecordHeaders.of(
              RecordHeaders.CLIPS,
              spec.identity(topics.name()),
              new BatchId(0, 0),
              Optional.empty())
          .addTo(record.headers());
      sender.send(record).get();
    }
    service(topics, PLENTY).run();
    assertThat(clips(topics).keySet()).containsExactlyElementsOf(numbers(spec(topics).order()));
    assertThat(journal(topics, spec(topics).order())).hasSize(12);
  }

  @Test
  void aProducerWaitsForTheSlowestTrainerAndDeletesWhatItHasCommitted() throws Exception {
    Topics topics = new Topics("held");
    // So little that the window is one batch a partition.
    Tally tally = new Tally();
    ProducerService service = new ProducerService(options(topics, 1, true), tally);
    Thread process = start(service);
    try {
      await().atMost(LONG).until(() -> tally.count(Metric.BATCHES) == PARTITIONS);
      RunSpec spec = spec(topics);
      assertThat(spec.credit().window()).isEqualTo(1);
      for (long trained = 1; trained <= spec.order().total(); trained++) {
        commit(topics, spec, trained);
        double sent = Math.min(spec.order().total(), trained + PARTITIONS);
        await().atMost(LONG).until(() -> tally.count(Metric.BATCHES) == sent);
        assertThat(tally.count(Metric.BATCHES)).isEqualTo(sent);
      }
      process.join(LONG);
      assertThat(process.isAlive()).as("stays until everything is trained, then ends").isFalse();
      Map<TopicPartition, Long> begin = offsets(topics, OffsetSpec.earliest());
      Map<TopicPartition, Long> end = offsets(topics, OffsetSpec.latest());
      begin.forEach((partition, offset) -> {
        assertThat(offset).as("something was deleted").isPositive();
        assertThat(at(end, partition) - offset).as("the last one stays").isPositive();
      });
    } finally {
      process.interrupt();
      process.join();
    }
    Tally again = new Tally();
    new ProducerService(options(topics, 1, true), again).run();
    assertThat(again.count(Metric.BATCHES)).as("the last record says that all is there").isZero();
  }

  @Test
  void otherSettingsUnderTheSameNameAreRefused() throws Exception {
    Topics topics = new Topics("settings");
    service(topics, PLENTY).run();
    ContentOptions other = new ContentOptions(1, format(), CLIPS_PER_BATCH, PARTITIONS, pairs());
    assertEnds(
        new ProducerOptions(
            topics, kafka, PlainDataset.at(dataset), other, bounds(PLENTY), work(false)),
        ExitCode.USAGE,
        "seed is 0, not 1");
  }

  @Test
  void whatCannotWorkIsRefusedWithOneSentence() {
    Topics topics = new Topics("refused");
    ContentOptions content = content();
    DatasetOptions data = PlainDataset.at(dataset);
    assertEnds(
        new ProducerOptions(
            topics,
            kafka,
            PlainDataset.at(folder.resolve("nothing")),
            content,
            bounds(PLENTY),
            work(false)),
        ExitCode.USAGE,
        "does not exist");
    Bounds noRoom = new Bounds(1, List.of(TRAINER), PLENTY, 10_000, 0.5);
    assertEnds(
        new ProducerOptions(topics, kafka, data, content, noRoom, work(false)),
        ExitCode.USAGE,
        "more than --max-validation-bytes 10000");
    ContentOptions large = new ContentOptions(0, format(), 100_000, PARTITIONS, pairs());
    assertEnds(
        new ProducerOptions(topics, kafka, data, large, bounds(PLENTY), work(false)),
        ExitCode.USAGE,
        "more than --max-record-bytes");
    Work second = new Work(1, 2, Optional.empty(), BatchLoader.LoadingOptions.ofThreads(1), false);
    assertEnds(
        new ProducerOptions(topics, kafka, data, content, bounds(PLENTY), second),
        ExitCode.USAGE,
        "several producers");
    Work from =
        new Work(
            0, 1, Optional.of(new BatchId(0, 3)), BatchLoader.LoadingOptions.ofThreads(1), false);
    assertEnds(
        new ProducerOptions(topics, kafka, data, content, bounds(PLENTY), from),
        ExitCode.USAGE,
        "--from 0/3");
    Bounds strict = new Bounds(1, List.of(TRAINER), PLENTY, PLENTY, 0.05);
    assertEnds(
        new ProducerOptions(topics, kafka, data, content, strict, work(false)),
        ExitCode.BAD_INPUT,
        "1 of the 11 videos of epoch 0 cannot be used");
  }

  @Test
  void aBrokerThatIsNotThereIsNamed(@TempDir Path settings) throws IOException {
    ClientSettings impatient =
        ClientSettings.of(
            Files.writeString(
                settings.resolve("client.properties"),
                "request.timeout.ms=1000\ndefault.api.timeout.ms=1000\n"));
    KafkaOptions nowhere =
        new KafkaOptions("127.0.0.1:1", KafkaOptions.DEFAULT_MAX_RECORD_BYTES, impatient);
    assertEnds(
        new ProducerOptions(
            new Topics("nowhere"),
            nowhere,
            PlainDataset.at(dataset),
            content(),
            bounds(PLENTY),
            work(false)),
        ExitCode.ENVIRONMENT,
        "127.0.0.1:1");
  }

  private static void assertEnds(ProducerOptions options, ExitCode code, String message) {
    assertThatThrownBy(() -> new ProducerService(options, new Tally()).run())
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  private static ProducerService service(Topics topics, long maxBufferedBytes) {
    return new ProducerService(options(topics, maxBufferedBytes, false), new Tally());
  }

  private static ProducerOptions options(Topics topics, long maxBufferedBytes, boolean stay) {
    return new ProducerOptions(
        topics, kafka, PlainDataset.at(dataset), content(), bounds(maxBufferedBytes), work(stay));
  }

  private static ContentOptions content() {
    return new ContentOptions(0, format(), CLIPS_PER_BATCH, PARTITIONS, pairs());
  }

  private static ClipFormat format() {
    return new ClipFormat(4, new Size(24, 16), FrameSampling.TSN, CropRule.MULTISCALE, true);
  }

  private static PairOptions pairs() {
    return new PairOptions("swapmix beta=1", true, 1, PairEncoding.U8, Normalization.IMAGENET);
  }

  private static Bounds bounds(long maxBufferedBytes) {
    return new Bounds(EPOCHS, List.of(TRAINER), maxBufferedBytes, PLENTY, 0.5);
  }

  private static Work work(boolean stay) {
    return new Work(0, 1, Optional.empty(), BatchLoader.LoadingOptions.ofThreads(2), stay);
  }

  private static Thread start(ProducerService service) {
    return Thread.ofPlatform()
        .name("producer-under-test")
        .start(() -> {
          try {
            service.run();
          } catch (InterruptedException e) {
            // As asked.
          } catch (RuntimeException e) {
            // An interrupt may reach Kafka's client first, which wraps it.
          }
        });
  }

  /// Commits as a trainer that has trained on all numbers below `trained`, and as an augmenter that
  /// has read everything.
  private static void commit(Topics topics, RunSpec spec, long trained) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> pairs = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();
    Map<TopicPartition, Long> ends = offsets(topics, OffsetSpec.latest());
    for (int p = 0; p < PARTITIONS; p++) {
      TopicPartition clips = new TopicPartition(topics.clips(), p);
      TopicPartition copies = new TopicPartition(topics.pairs(), p);
      // The augmenter's records are not needed here: as many of any bytes stand for them.
      while (at(offsets(topics, OffsetSpec.latest()), copies) < at(ends, clips)) {
        try (KafkaProducer<String, byte[]> augmenter =
            new KafkaProducer<>(
                kafka.producer(0), new StringSerializer(), new ByteArraySerializer())) {
          augmenter.send(new ProducerRecord<>(topics.pairs(), p, "x", new byte[8])).get();
        }
      }
      long next = spec.order().nextAtLeast(p, trained);
      long offset = (next - p) / PARTITIONS;
      pairs.put(copies, new OffsetAndMetadata(offset, new CommittedNext(offset, next).metadata()));
      read.put(clips, new OffsetAndMetadata(at(ends, clips)));
    }
    admin.alterConsumerGroupOffsets(topics.augmenterGroup(), read).all().get();
    admin.alterConsumerGroupOffsets(topics.trainerGroup(TRAINER), pairs).all().get();
  }

  private static Map<TopicPartition, Long> offsets(Topics topics, OffsetSpec which)
      throws Exception {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int p = 0; p < PARTITIONS; p++) {
      asked.put(new TopicPartition(topics.clips(), p), which);
      asked.put(new TopicPartition(topics.pairs(), p), which);
    }
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin.listOffsets(asked).all().get().forEach((p, info) -> offsets.put(p, info.offset()));
    return offsets;
  }

  private static <K, V> V at(Map<K, V> map, K key) {
    return Objects.requireNonNull(map.get(key));
  }

  private static RunSpec spec(Topics topics) {
    try (RunRegistry registry = new RunRegistry(kafka, topics)) {
      return registry.read().orElseThrow();
    }
  }

  private static List<Long> numbers(BatchOrder order) {
    return java.util.stream.LongStream.range(0, order.total()).boxed().toList();
  }

  /// The records of RUN.clips by number; no number may appear twice, none out of order.
  private static Map<Long, ConsumerRecord<byte[], byte[]>> clips(Topics topics) throws Exception {
    Map<Long, ConsumerRecord<byte[], byte[]>> clips = new TreeMap<>();
    if (!admin.listTopics().names().get().contains(topics.run())) {
      return clips;
    }
    BatchOrder order = spec(topics).order();
    Map<Integer, Long> last = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read(topics.clips(), PARTITIONS)) {
      long number = order.number(RecordHeaders.parse(record.key(), record.headers()).id());
      assertThat(clips.put(number, record)).as("batch %d before", number).isNull();
      Long before = last.put(record.partition(), number);
      assertThat(number).isEqualTo(before == null ? record.partition() : before + PARTITIONS);
    }
    return clips;
  }

  /// What the producers tell by number. Nothing may be told twice, but again, with the same bytes.
  private static Map<Long, Message.Batch> journal(Topics topics, BatchOrder order) {
    Map<Long, Message.Batch> told = new TreeMap<>();
    try (JournalReader reader = new JournalReader(kafka, topics)) {
      reader.toEnd(line -> {
        if (line instanceof JournalLine.Told one
            && one.entry().message() instanceof Message.Batch batch) {
          Message.Batch before = told.put(order.number(batch.id()), batch);
          assertThat(before == null || (batch.again() && before.retold().equals(batch))).isTrue();
        }
      });
    }
    return told;
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int partitions) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (TopicScan scan = new TopicScan(kafka, 1 << 20)) {
      scan.forEach(topic, partitions, records::add);
    }
    return records;
  }

  private static void video(String path, int frames) throws IOException {
    Path file = dataset.resolve(path);
    Files.createDirectories(file.getParent());
    try (VideoWriter writer = VideoWriter.open(file, VideoWriter.VideoFormat.h264(32, 24))) {
      for (int t = 0; t < frames; t++) {
        byte[] rgb = new byte[32 * 24 * 3];
        for (int i = 0; i < rgb.length; i++) {
          rgb[i] = (byte) (i / 3 % 32 * 5 + 9 * t + path.hashCode() % 50);
        }
        writer.write(rgb);
      }
    }
  }
}
