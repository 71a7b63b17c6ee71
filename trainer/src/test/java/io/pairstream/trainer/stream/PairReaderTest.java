package io.pairstream.trainer.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.metrics.Metric;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.Rejection;
import io.pairstream.run.RunSpec;
import io.pairstream.trainer.Pairs;
import io.pairstream.trainer.stream.PairStream.Delivery;
import io.pairstream.wire.Checksum;
import io.pairstream.wire.PairBatchSerde;
import io.pairstream.wire.RecordHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How the reader turns records that may come twice, early, broken or from elsewhere into each
/// batch once, on a consumer without a broker.
class PairReaderTest {
  private static final Topics TOPICS = new Topics("r");
  private static final Duration SOON = Duration.ofSeconds(20);

  /// 12 batches of at most 2 clips in 3 partitions.
  private static final RunSpec SPEC =
      new RunSpec(
          new RunSpec.Content(
              0,
              "digest",
              4,
              16,
              16,
              "sampling",
              "crop",
              2,
              24,
              3,
              Normalization.IMAGENET,
              "swapmix",
              1,
              PairEncoding.RECIPE,
              List.of("a", "b", "c"),
              List.of()),
          1,
          List.of("alone"),
          1 << 20);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final List<Rejection> rejections = new CopyOnWriteArrayList<>();
  private final Tally tally = new Tally();
  private final Map<Integer, Long> ends = new HashMap<>();
  private PairBuffer buffer = new PairBuffer(0);
  private PairReader reader = reader(0, Duration.ofSeconds(300));
  private Thread thread = new Thread();

  private PairReader reader(long next, Duration gapTimeout) {
    buffer = new PairBuffer(next);
    PairSource.SourceOptions options =
        new PairSource.SourceOptions(new KafkaOptions("nowhere:1"), TOPICS, "alone", 2, gapTimeout);
    reader =
        new PairReader(
            options,
            SPEC,
            new StartingPoint(0, List.of(0L, 0L, 0L), false),
            buffer,
            new PairReader.Outlets(rejections::add, tally),
            consumer);
    return reader;
  }

  /// Starts to read; `records` are there from the beginning.
  private void start(Runnable records) {
    List<TopicPartition> all = List.of(partition(0), partition(1), partition(2));
    Map<TopicPartition, Long> beginnings = new HashMap<>();
    all.forEach(partition -> beginnings.put(partition, 0L));
    consumer.updateBeginningOffsets(beginnings);
    consumer.schedulePollTask(() -> {
      consumer.rebalance(all);
      records.run();
    });
    thread = Thread.ofPlatform().name("pair-reader").start(reader);
  }

  @AfterEach
  void stop() throws InterruptedException {
    reader.stop();
    thread.join(TimeUnit.SECONDS.toMillis(20));
  }

  @Test
  void batchesComeInTheOrderOfTheirNumbersWhateverTheOrderOfPartitions() throws Exception {
    start(() -> {
      for (long number : new long[] {2, 5, 1, 4, 0, 3}) {
        add(number);
      }
    });
    for (long number = 0; number < 6; number++) {
      Delivery delivery = buffer.take(SOON);
      assertThat(delivery).isInstanceOf(Delivery.Batch.class);
      Delivery.Batch batch = (Delivery.Batch) delivery;
      assertThat(batch.number()).isEqualTo(number);
      assertThat(batch.pairs().id()).isEqualTo(new BatchId(0, number));
      assertThat(batch.crc32c()).isEqualTo(Checksum.crc32c(value(number)));
    }
  }

  @Test
  void copiesAndEarlyBatchesAreDropped() throws Exception {
    start(() -> {
      add(0);
      add(0);
      // 3 is missing: 6 is early, until 3 and 6 come again.
      add(6);
      add(3);
      add(0);
      add(6);
      add(1);
      add(2);
      add(4);
      add(5);
    });
    for (long number = 0; number < 7; number++) {
      assertThat(number(buffer.take(SOON))).isEqualTo(number);
    }
    assertThat(tally.count(Metric.COPIES)).isEqualTo(2);
    assertThat(tally.count(Metric.EARLY)).isEqualTo(1);
    assertThat(rejections).isEmpty();
  }

  @Test
  void aSkippedBatchAndAMalformedOneArePassedOn() throws Exception {
    start(() -> {
      add(record(0, headers(0, Optional.of("no clip could be decoded")), new byte[0]));
      add(record(1, headers(1, Optional.empty()), "garbage".getBytes(StandardCharsets.UTF_8)));
      // The value of another batch.
      add(record(2, headers(2, Optional.empty()), value(5)));
      // Only key and run id are right.
      ConsumerRecord<byte[], byte[]> broken = record(3, headers(3, Optional.empty()), value(3));
      broken.headers().remove("status");
      add(broken);
    });
    assertThat(cause(buffer.take(SOON))).isEqualTo("no clip could be decoded");
    assertThat(cause(buffer.take(SOON))).isNotEmpty();
    assertThat(cause(buffer.take(SOON))).isEqualTo("tensor 'batch' says 0/5, the headers 0/2");
    assertThat(cause(buffer.take(SOON))).isEqualTo("header 'status' is missing");
    assertThat(rejections).hasSize(3);
  }

  @Test
  void aForeignRecordIsToldAndDoesNotMoveThePosition() throws Exception {
    start(() -> {
      RecordHeaders mine = headers(0, Optional.empty());
      add(
          record(
              0,
              new RecordHeaders(
                  mine.schema(),
                  mine.run(),
                  "other",
                  mine.id(),
                  mine.epochBatches(),
                  mine.epochs(),
                  Optional.empty(),
                  Optional.empty()),
              value(0)));
      ConsumerRecord<byte[], byte[]> misplaced = record(1, headers(1, Optional.empty()), value(1));
      add(at(misplaced, 0));
      add(0);
    });
    assertThat(number(buffer.take(SOON))).isZero();
    assertThat(rejections)
        .extracting(rejection -> ((Rejection.Message) rejection).cause())
        .containsExactly("run 'r' other is another one", "batch 0/1 belongs in partition 1");
  }

  @Test
  void onlyThePartitionsOfTheNextBatchesAreRead() throws Exception {
    start(() -> {
      add(0);
      add(1);
      add(2);
    });
    // Two batches ahead: 0 and 1 may be read, 2 and the rest may not.
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(consumer.paused())
                .containsExactlyInAnyOrder(partition(0), partition(1), partition(2)));
    assertThat(number(buffer.take(SOON))).isZero();
    reader.roomMade();
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(tally.count(Metric.BYTES)).isEqualTo(3 * value(0).length));
  }

  @Test
  void aCommitHoldsOffsetsAndNextNumbersOfWhatIsDurable() throws Exception {
    start(() -> {
      for (long number = 0; number < 5; number++) {
        add(number);
      }
    });
    for (int i = 0; i < 5; i++) {
      buffer.take(SOON);
    }
    reader.askCommit(4).get(20, TimeUnit.SECONDS);
    Map<TopicPartition, OffsetAndMetadata> commits =
        consumer.committed(Set.of(partition(0), partition(1), partition(2)));
    // Below 4 lie 0 and 3 in partition 0, 1 in partition 1, 2 in partition 2.
    assertThat(commits)
        .containsEntry(partition(0), new OffsetAndMetadata(2, "next=6"))
        .containsEntry(partition(1), new OffsetAndMetadata(1, "next=4"))
        .containsEntry(partition(2), new OffsetAndMetadata(1, "next=5"));
  }

  @Test
  void aResumedReaderDropsWhatItsCheckpointHolds() throws Exception {
    reader(4, Duration.ofSeconds(300));
    start(() -> {
      for (long number = 0; number < 6; number++) {
        add(number);
      }
    });
    assertThat(number(buffer.take(SOON))).isEqualTo(4);
    assertThat(number(buffer.take(SOON))).isEqualTo(5);
  }

  @Test
  void aGapThatStaysEndsWithItsNumber() {
    reader(0, Duration.ofMillis(1));
    start(() -> add(3));
    assertThatThrownBy(() -> buffer.take(SOON))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith("batch 0/0 (number 0) of run 'r' has not come for")
        .extracting(e -> ((ServiceException) e).exitCode())
        .isEqualTo(ExitCode.BAD_INPUT);
  }

  @Test
  void aTrainerOfTheSameNameFencesTheOlderOne() {
    start(() -> consumer.setPollException(new FencedInstanceIdException("fenced")));
    assertThatThrownBy(() -> buffer.take(SOON))
        .hasMessage("another trainer 'alone' of run 'r' has taken over")
        .extracting(e -> ((ServiceException) e).exitCode())
        .isEqualTo(ExitCode.ENVIRONMENT);
  }

  @Test
  void deletedBatchesEndTheTrainer() {
    start(() -> consumer.setPollException(new OffsetOutOfRangeException(Map.of(partition(0), 0L))));
    assertThatThrownBy(() -> buffer.take(SOON))
        .hasMessageStartingWith("batches of r.pairs that trainer 'alone' still needs are deleted")
        .extracting(e -> ((ServiceException) e).exitCode())
        .isEqualTo(ExitCode.BAD_INPUT);
  }

  private static long number(Delivery delivery) {
    return delivery instanceof Delivery.Batch batch ? batch.number() : -1;
  }

  private static String cause(Delivery delivery) {
    return delivery instanceof Delivery.Skipped skipped ? skipped.cause() : "not skipped";
  }

  private static TopicPartition partition(int p) {
    return new TopicPartition(TOPICS.pairs(), p);
  }

  private static byte[] value(long number) {
    return PairBatchSerde.encode(Pairs.recipe(number, 2));
  }

  private static RecordHeaders headers(long number, Optional<String> skipped) {
    return RecordHeaders.of(
        RecordHeaders.PAIRS, SPEC.identity("r"), SPEC.order().id(number), skipped);
  }

  private void add(long number) {
    add(record(number, headers(number, Optional.empty()), value(number)));
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    consumer.addRecord(record);
  }

  /// A record at the end of its partition.
  private ConsumerRecord<byte[], byte[]> record(long number, RecordHeaders said, byte[] value) {
    Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
    said.addTo(headers);
    return record(
        SPEC.order().partition(number),
        said.key().getBytes(StandardCharsets.UTF_8),
        value,
        headers);
  }

  private ConsumerRecord<byte[], byte[]> record(
      int partition, byte[] key, byte[] value, Headers headers) {
    long offset = ends.merge(partition, 1L, Long::sum) - 1;
    return new ConsumerRecord<>(
        TOPICS.pairs(),
        partition,
        offset,
        0,
        TimestampType.LOG_APPEND_TIME,
        key.length,
        value.length,
        key,
        value,
        headers,
        Optional.empty());
  }

  /// The same record in another partition.
  private ConsumerRecord<byte[], byte[]> at(ConsumerRecord<byte[], byte[]> record, int partition) {
    ends.merge(record.partition(), -1L, Long::sum);
    return record(partition, record.key(), record.value(), record.headers());
  }
}
