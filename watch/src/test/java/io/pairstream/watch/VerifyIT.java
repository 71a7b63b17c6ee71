package io.pairstream.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pairstream.broker.EmbeddedBroker;
import io.pairstream.broker.testing.TestBroker;
import io.pairstream.cli.Commands;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.journal.Event;
import io.pairstream.journal.JournalEntry;
import io.pairstream.journal.Message;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import io.pairstream.run.RunRegistry;
import io.pairstream.run.RunSpec;
import io.pairstream.verify.Finding;
import io.pairstream.verify.Verification;
import io.pairstream.wire.Batches;
import io.pairstream.wire.Checksum;
import io.pairstream.wire.PairBatchSerde;
import io.pairstream.wire.RecordHeaders;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What `verify` finds in the topics of a run that was written by hand: 6 batches in 2 partitions,
/// one trainer.
class VerifyIT {
  private static final RunSpec SPEC =
      new RunSpec(
          new RunSpec.Content(
              1,
              "d",
              3,
              4,
              5,
              "tsn",
              "whole",
              2,
              6,
              2,
              Normalization.IMAGENET,
              "swapmix(beta=1)",
              1,
              PairEncoding.U8,
              List.of("x", "y"),
              List.of()),
          2,
          List.of("t"),
          1 << 20);

  @TempDir static Path folder;
  private static EmbeddedBroker broker;
  private static KafkaOptions kafka;
  private static KafkaProducer<byte[], byte[]> producer;

  private Topics topics = new Topics("unset");

  @BeforeAll
  static void start() {
    broker = TestBroker.start(folder);
    kafka = new KafkaOptions(broker.bootstrap());
    producer =
        new KafkaProducer<>(
            kafka.producer(0), new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterAll
  static void stop() {
    producer.close();
    broker.close();
  }

  /// Each test has a run of its own on the one broker.
  @BeforeEach
  void declareTheRun() {
    topics = new Topics("by-hand-" + UUID.randomUUID());
    try (RunRegistry registry = new RunRegistry(kafka, topics)) {
      registry.publish(SPEC);
    }
  }

  @Test
  void aRunThatIsWholeIsSaidToBe() throws Exception {
    for (long number = 0; number < 6; number++) {
      tell(number);
      hold(number);
    }
    Verification found = verify();
    assertThat(found.findings()).isEmpty();
    assertThat(found.counts().batches()).isEqualTo(6);
    assertThat(found.counts().held()).isEqualTo(6);
  }

  @Test
  void aDuplicateAGapAndABrokenRecordAreEachFound() throws Exception {
    for (long number = 0; number < 6; number++) {
      tell(number);
      // Batch 0/2 never reaches partition 0, where 1/1 follows.
      if (number != 2) {
        hold(number);
      }
    }
    hold(3);
    send(topics.pairs(), 1, "1/2", new byte[] {1, 2, 3}, List.of());
    Verification found = verify();
    assertThat(found.findings().stream().map(Finding::sentence))
        .satisfiesExactlyInAnyOrder(
            one ->
                assertThat(one).contains("gap: " + topics.pairs() + "-0", "0/2 has not appeared"),
            one ->
                assertThat(one)
                    .contains("duplicate: " + topics.pairs() + "-1", "copy of batch 1/0"),
            one -> assertThat(one).contains("corrupt: " + topics.pairs() + "-1"));
    assertThat(
            List.of(
                found.counts().missing(), found.counts().duplicates(), found.counts().corrupt()))
        .containsExactly(1L, 1L, 1L);
  }

  @Test
  void aProgramIsAnsweredWithOneJsonObject() throws Exception {
    tell(0);
    hold(0);
    producer.flush();
    StringWriter out = new StringWriter();
    CommandLine line = Commands.line(Map.of());
    line.setOut(new PrintWriter(out, true));
    String bootstrap = "--bootstrap=" + kafka.bootstrapServers();
    assertThat(line.execute("verify", bootstrap, "--run=" + topics.name(), "--json")).isEqualTo(4);
    JsonNode answer = new ObjectMapper().readTree(out.toString());
    assertThat(answer.path("command").asText()).isEqualTo("verify");
    assertThat(answer.path("whole").asBoolean(true)).isFalse();
    assertThat(answer.path("missing").asInt()).isPositive();
    assertThat(answer.path("findings").get(0).asText()).startsWith("missing");
  }

  private Verification verify() {
    producer.flush();
    return Verification.of(kafka, topics, SPEC);
  }

  private static byte[] value(long number) {
    return PairBatchSerde.encode(Batches.pairs(SPEC.order().id(number)));
  }

  /// The lines of everyone who has seen a batch.
  private void tell(long number) throws Exception {
    for (Role role : List.of(Role.PRODUCER, Role.AUGMENTER, Role.TRAINER)) {
      Instance instance = new Instance(role, role == Role.TRAINER ? "t" : "main", 0);
      Message.Batch batch =
          Message.Batch.sent(
              SPEC.order().id(number), OptionalInt.of(2), Checksum.crc32c(value(number)));
      JournalEntry entry = new JournalEntry(instance, SPEC.runId(), Event.now(batch));
      var headers = new org.apache.kafka.common.header.internals.RecordHeaders();
      entry.addTo(headers);
      send(topics.progress(), 0, instance.key(), entry.value(), List.of(headers.toArray()));
    }
  }

  private void hold(long number) throws Exception {
    var headers = new org.apache.kafka.common.header.internals.RecordHeaders();
    RecordHeaders.of(
            RecordHeaders.PAIRS,
            SPEC.identity(topics.name()),
            SPEC.order().id(number),
            Optional.empty())
        .addTo(headers);
    send(
        topics.pairs(),
        SPEC.order().partition(number),
        SPEC.order().id(number).toString(),
        value(number),
        List.of(headers.toArray()));
  }

  private void send(
      String topic,
      int partition,
      String key,
      byte[] value,
      List<org.apache.kafka.common.header.Header> headers)
      throws Exception {
    producer
        .send(
            new ProducerRecord<>(
                topic, partition, key.getBytes(StandardCharsets.UTF_8), value, headers))
        .get();
  }
}
