package io.pairstream.wire;

import io.pairstream.clip.BatchId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/// What a record says of itself beside its value: small UTF-8 headers, numbers as decimal text.
///
/// @param schema `clips/1` or `pairs/1`
/// @param run the run's name
/// @param runId the digest of what the run's bytes depend on
/// @param id epoch and batch; of a validation record, 0 and the batch in its set
/// @param epochBatches batches in this epoch; of a validation record, in its set
/// @param epochs epochs of the run when the record was written
/// @param skipped the cause, when the batch could not be made: the value is then an empty buffer
/// @param validation on records of RUN.validation: which set, and how many there are
public record RecordHeaders(
    String schema,
    String run,
    String runId,
    BatchId id,
    long epochBatches,
    long epochs,
    Optional<String> skipped,
    Optional<ValidationHeader> validation) {
  public static final String CLIPS = "clips/1";
  public static final String PAIRS = "pairs/1";
  private static final String CONTENT_TYPE = "application/x-safetensors";

  /// @param set the set's name
  /// @param sets how many sets the run has
  public record ValidationHeader(String set, int sets) {}

  public RecordHeaders {
    if (epochBatches < 1 || id.batch() >= epochBatches) {
      throw new IllegalArgumentException(
          "batch " + id + " is outside an epoch of " + epochBatches + " batches");
    }
  }

  /// The headers of a batch of the run.
  public static RecordHeaders of(
      String schema, RunIdentity run, BatchId id, Optional<String> skipped) {
    return new RecordHeaders(
        schema,
        run.run(),
        run.runId(),
        id,
        run.epochBatches(),
        run.epochs(),
        skipped,
        Optional.empty());
  }

  /// The parts of the headers that all records of a run share.
  public record RunIdentity(String run, String runId, long epochBatches, long epochs) {}

  /// The record's key: `epoch/batch`, of a validation record `set/batch`.
  public String key() {
    return validation.map(header -> header.set() + "/" + id.batch()).orElse(id.toString());
  }

  /// The same batch under another schema, skipped or not.
  public RecordHeaders with(String otherSchema, Optional<String> cause) {
    return new RecordHeaders(otherSchema, run, runId, id, epochBatches, epochs, cause, validation);
  }

  /// Adds the headers to a record's.
  public void addTo(Headers headers) {
    add(headers, "schema", schema);
    add(headers, "run", run);
    add(headers, "run-id", runId);
    add(headers, "epoch", Long.toString(id.epoch()));
    add(headers, "batch", Long.toString(id.batch()));
    add(headers, "epoch-batches", Long.toString(epochBatches));
    add(headers, "epochs", Long.toString(epochs));
    add(headers, "status", skipped.isPresent() ? "skipped" : "data");
    skipped.ifPresent(cause -> add(headers, "cause", cause));
    validation.ifPresent(header -> {
      add(headers, "set", header.set());
      add(headers, "sets", Integer.toString(header.sets()));
    });
    add(headers, "content-type", CONTENT_TYPE);
  }

  /// Reads a record's headers. Headers of other names are left alone.
  ///
  /// @throws MalformedRecordException naming the header that is missing or wrong
  public static RecordHeaders parse(Headers headers) throws MalformedRecordException {
    String status = text(headers, "status");
    Optional<String> skipped =
        switch (status) {
          case "data" -> Optional.empty();
          case "skipped" -> Optional.of(text(headers, "cause"));
          default -> throw new MalformedRecordException("header 'status' is '" + status + "'");
        };
    Optional<ValidationHeader> validation =
        headers.lastHeader("set") == null
            ? Optional.empty()
            : Optional.of(
                new ValidationHeader(
                    text(headers, "set"), Math.toIntExact(number(headers, "sets", 1 << 20))));
    String contentType = text(headers, "content-type");
    if (!contentType.equals(CONTENT_TYPE)) {
      throw new MalformedRecordException("header 'content-type' is '" + contentType + "'");
    }
    try {
      return new RecordHeaders(
          text(headers, "schema"),
          text(headers, "run"),
          text(headers, "run-id"),
          new BatchId(
              number(headers, "epoch", Long.MAX_VALUE), number(headers, "batch", Long.MAX_VALUE)),
          number(headers, "epoch-batches", Long.MAX_VALUE),
          number(headers, "epochs", Long.MAX_VALUE),
          skipped,
          validation);
    } catch (IllegalArgumentException e) {
      throw new MalformedRecordException(String.valueOf(e.getMessage()), e);
    }
  }

  /// Reads the headers and checks that the key says the same.
  public static RecordHeaders parse(byte @Nullable [] key, Headers headers)
      throws MalformedRecordException {
    RecordHeaders parsed = parse(headers);
    String text = key == null ? "" : utf8("key", key);
    if (!text.equals(parsed.key())) {
      throw new MalformedRecordException(
          "key '" + text + "' on a record whose headers say " + parsed.key());
    }
    return parsed;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8)));
  }

  private static long number(Headers headers, String name, long max)
      throws MalformedRecordException {
    String text = text(headers, name);
    try {
      long value = Long.parseLong(text);
      if (value >= 0 && value <= max && Long.toString(value).equals(text)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new MalformedRecordException("header '" + name + "' is '" + text + "'", e);
    }
    throw new MalformedRecordException("header '" + name + "' is '" + text + "'");
  }

  private static String text(Headers headers, String name) throws MalformedRecordException {
    Header header = headers.lastHeader(name);
    if (header == null || header.value() == null) {
      throw new MalformedRecordException("header '" + name + "' is missing");
    }
    return utf8("header '" + name + "'", header.value());
  }

  private static String utf8(String what, byte[] bytes) throws MalformedRecordException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedRecordException(what + " is no UTF-8", e);
    }
  }
}
