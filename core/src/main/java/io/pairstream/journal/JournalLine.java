package io.pairstream.journal;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.run.Instance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// What a record of RUN.progress turns out to be.
public sealed interface JournalLine {
  /// Where it lies.
  long offset();

  /// A message.
  record Told(long offset, JournalEntry entry) implements JournalLine {}

  /// A message of a type, a version or a service that this program does not know: to be passed
  /// over.
  record Unknown(long offset, String what) implements JournalLine {}

  /// No message. Only verification tells of it.
  record Corrupt(long offset, String cause) implements JournalLine {}

  /// Reads a record.
  static JournalLine read(ConsumerRecord<byte[], byte[]> record) {
    try {
      return read(record.offset(), record);
    } catch (IOException | IllegalArgumentException e) {
      return new Corrupt(record.offset(), "no message of the journal: " + firstLine(e));
    }
  }

  private static JournalLine read(long offset, ConsumerRecord<byte[], byte[]> record)
      throws IOException {
    @Nullable JsonNode json =
        record.value() == null ? null : JournalEntry.JSON.readTree(record.value());
    if (json == null || !json.isObject()) {
      throw new IllegalArgumentException("the value is no JSON object");
    }
    MessageFields fields = new MessageFields(json);
    String text = fields.text("type");
    Optional<MessageType> type = MessageType.parse(text);
    if (type.isEmpty() || fields.number("v") > type.get().version()) {
      return new Unknown(offset, "type " + text);
    }
    Optional<Instance> instance = instance(record.key());
    if (instance.isEmpty()) {
      return new Unknown(offset, "key");
    }
    Header run = record.headers().lastHeader(JournalEntry.RUN_ID);
    if (run == null || run.value() == null) {
      throw new IllegalArgumentException("header '" + JournalEntry.RUN_ID + "' is missing");
    }
    return new Told(
        offset,
        new JournalEntry(
            instance.get(),
            new String(run.value(), StandardCharsets.UTF_8),
            new Event(Instant.ofEpochMilli(fields.number("time")), type.get().read(fields))));
  }

  private static Optional<Instance> instance(byte @Nullable [] key) {
    try {
      return key == null
          ? Optional.empty()
          : Optional.of(Instance.parse(new String(key, StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
