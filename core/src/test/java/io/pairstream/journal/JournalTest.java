package io.pairstream.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.clip.BatchId;
import io.pairstream.journal.JournalLine.Corrupt;
import io.pairstream.journal.JournalLine.Told;
import io.pairstream.journal.JournalLine.Unknown;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
  private static final Instance TRAINER = new Instance(Role.TRAINER, "mca", 0);
  private static final Message.Measures WIDEST =
      new Message.Measures(1.234567e-12, -1.234567e-12, 4096, 1.234567e-12);

  /// One message of each type, with every field that it can have.
  static Stream<Message> messages() {
    return Stream.of(
        new Message.Batch(
            new BatchId(3, 4),
            false,
            8,
            4_000_000_000L,
            OptionalLong.of(17),
            Optional.of(new Message.Measures(1.0 / 3, 0.01, 5, 1e-3)),
            true),
        new Message.Trained(3, 40, 38, 80, 1.5, 1.25, 0.25, 0.5, 0.75),
        new Message.Evaluated(3, 40, 38, "val", 6, 1.0 / 3, 1),
        new Message.Checkpoint(40, 38, true, "/c/batch-40"),
        new Message.Started("1.0", "25", "Linux amd64", "here", "cpu", 2),
        new Message.Stopped(Message.Stopped.COMPLETE, 40),
        new Message.LeftOut("a.mp4", "it is not a video"),
        new Message.Waiting("augmenter", "batch 3/4"),
        new Message.Fault("the broker refuses"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatIsToldIsReadAgain(Message message) {
    JournalEntry entry = new JournalEntry(TRAINER, "id", Event.now(message));
    assertThat(read(entry)).isEqualTo(new Told(7, entry));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"dreamt\",\"v\":1,\"time\":1}",
        "{\"type\":\"stopped\",\"v\":2,\"time\":1,\"reason\":7}"
      })
  void whatIsNotKnownIsPassedOver(String json) {
    assertThat(read(TRAINER.key(), json)).isInstanceOf(Unknown.class);
    assertThat(read("page/main/0", "{\"type\":\"fault\",\"v\":1,\"time\":1,\"sentence\":\"x\"}"))
        .isInstanceOf(Unknown.class);
  }

  @Test
  void aFieldThatIsNotKnownIsIgnored() {
    String json = "{\"type\":\"fault\",\"v\":1,\"time\":5,\"sentence\":\"x\",\"mood\":[1]}";
    assertThat(read(TRAINER.key(), json))
        .isEqualTo(
            new Told(
                7,
                new JournalEntry(
                    TRAINER, "id", new Event(Instant.ofEpochMilli(5), new Message.Fault("x")))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"v\":1}",
        "{\"type\":\"fault\",\"time\":1,\"sentence\":\"x\"}",
        "{\"type\":\"fault\",\"v\":1,\"sentence\":\"x\"}",
        "{\"type\":\"stopped\",\"v\":1,\"time\":1,\"why\":\"failed\",\"batches\":1.5}",
        "{\"type\":\"stopped\",\"v\":1,\"time\":1,\"why\":\"failed\",\"batches\":9223372036854775808}"
      })
  void whatIsNoMessageIsSaidToBeCorrupt(String json) {
    assertThat(read(TRAINER.key(), json)).isInstanceOf(Corrupt.class);
  }

  @Test
  void aBatchTakesAtMost200BytesWithTheLargestUsualNumbers() {
    Instance longest = new Instance(Role.TRAINER, "n".repeat(48), 0);
    BatchId last = new BatchId(9_999, 99_999_999);
    long crc = 0xffffffffL;
    for (boolean trainer : new boolean[] {true, false}) {
      Message.Batch batch =
          new Message.Batch(
              last,
              false,
              4096,
              crc,
              trainer ? OptionalLong.empty() : OptionalLong.of(crc),
              trainer ? Optional.of(WIDEST) : Optional.empty(),
              true);
      assertThat(new JournalEntry(longest, "0".repeat(32), Event.now(batch)).value())
          .hasSizeBetween(100, 200);
    }
  }

  @Test
  void thePageListsEachTypeAndEachOfItsFieldsAndNoOthers() throws IOException {
    String page = Files.readString(Require.root().resolve("docs/reference/wire.md"));
    String section = page.substring(page.indexOf("## The journal"));
    List<String> listed = new ArrayList<>();
    Matcher row = Pattern.compile("(?m)^\\| `([^`]+)` \\| `([^`]+)` \\|").matcher(section);
    while (row.find()) {
      listed.add(row.group(1) + " " + row.group(2));
    }
    List<String> written = new ArrayList<>();
    messages()
        .forEach(message -> {
          ObjectNode json = JsonNodeFactory.instance.objectNode();
          message.addTo(json);
          json.fieldNames()
              .forEachRemaining(name -> written.add(message.type().text() + " " + name));
        });
    assertThat(listed).containsExactlyElementsOf(written);
    assertThat(messages().map(Message::type))
        .containsExactlyElementsOf(List.of(MessageType.values()));
    assertThat(messages().map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.asList((Class<?>[]) Message.class.getPermittedSubclasses()));
  }

  @Test
  void lossesAccuraciesAndRatesOfARunAreHadFromItsJournal() {
    RunHistory history = new RunHistory("id");
    Instant begin = Instant.ofEpochSecond(100);
    for (int i = 0; i < 5; i++) {
      Message.Batch batch =
          new Message.Batch(
              new BatchId(0, i),
              false,
              8,
              i,
              OptionalLong.empty(),
              Optional.of(new Message.Measures(1, 0.5, 4, 1e-3)),
              false);
      tell(history, "id", new Event(begin.plusMillis(500L * i), batch));
      tell(history, "id", new Event(begin.plusSeconds(900), batch.retold()));
    }
    tell(history, "id", Event.now(new Message.Trained(0, 5, 5, 40, 1.5, 1.25, 0.25, 0.5, 0.75)));
    tell(history, "id", Event.now(new Message.Evaluated(0, 5, 5, "val", 6, 0.1, 0.2)));
    tell(history, "id", Event.now(new Message.Evaluated(0, 5, 5, "val", 6, 0.5, 1)));
    tell(history, "id", Event.now(new Message.Evaluated(0, 5, 5, "dark", 6, 0.25, 1)));
    tell(history, "other", Event.now(new Message.Evaluated(0, 5, 5, "val", 6, 0, 0)));
    RunHistory.Epoch epoch = Optional.ofNullable(history.epochs(TRAINER).get(0L)).orElseThrow();
    Map<String, Double> top1 = new TreeMap<>();
    epoch.validation().forEach((set, evaluated) -> top1.put(set, evaluated.top1()));
    assertThat(epoch.training().orElseThrow().crossEntropy()).isEqualTo(1.25);
    assertThat(epoch.training().orElseThrow().alignment()).isEqualTo(0.25);
    assertThat(top1).isEqualTo(Map.of("val", 0.5, "dark", 0.25));
    RunHistory.Pace pace = history.pace(TRAINER).orElseThrow();
    assertThat(pace.clips()).isEqualTo(40);
    assertThat(pace.batchesPerSecond()).isEqualTo(2);
    assertThat(pace.learningRate()).contains(1e-3);
    assertThat(history.pace(Instance.main(Role.PRODUCER))).isEmpty();
  }

  private static void tell(RunHistory history, String runId, Event event) {
    history.add(read(new JournalEntry(TRAINER, runId, event)));
  }

  private static JournalLine read(JournalEntry entry) {
    RecordHeaders headers = new RecordHeaders();
    entry.addTo(headers);
    return read(entry.key(), entry.value(), headers);
  }

  private static JournalLine read(String key, String json) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JournalEntry.RUN_ID, "id".getBytes(StandardCharsets.UTF_8));
    return read(
        key.getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8), headers);
  }

  private static JournalLine read(byte[] key, byte[] value, RecordHeaders headers) {
    return JournalLine.read(
        new ConsumerRecord<>(
            "run.progress",
            0,
            7L,
            0L,
            TimestampType.LOG_APPEND_TIME,
            key.length,
            value.length,
            key,
            value,
            headers,
            Optional.empty()));
  }
}
