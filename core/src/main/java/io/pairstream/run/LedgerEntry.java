package io.pairstream.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.clip.BatchId;
import io.pairstream.wire.MalformedRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// One line of the ledger: what a service did with a batch.
///
/// @param service which kind of service
/// @param name its name; a trainer's, or `0` where a service has only a number
/// @param runId which run
/// @param id the batch
/// @param skipped whether it was passed on without data
/// @param clips N
/// @param crc32c of the record's value
/// @param measures what else is worth telling of the batch, such as `loss`; may be empty
public record LedgerEntry(
    Service service,
    String name,
    String runId,
    BatchId id,
    boolean skipped,
    int clips,
    long crc32c,
    SortedMap<String, Double> measures) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Who writes the ledger.
  public enum Service {
    PRODUCER,
    AUGMENTER,
    TRAINER;

    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public LedgerEntry {
    measures = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(measures));
  }

  public LedgerEntry(
      Service service,
      String name,
      String runId,
      BatchId id,
      boolean skipped,
      int clips,
      long crc) {
    this(service, name, runId, id, skipped, clips, crc, new TreeMap<>());
  }

  /// CRC-32C (Castagnoli) of a record's value.
  public static long crc32c(byte[] value) {
    CRC32C crc = new CRC32C();
    crc.update(value);
    return crc.getValue();
  }

  /// `service/name`, the record's key.
  public String key() {
    return service.text() + "/" + name;
  }

  public byte[] toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("service", service.text());
    json.put("name", name);
    json.put("run_id", runId);
    json.put("epoch", id.epoch());
    json.put("batch", id.batch());
    json.put("status", skipped ? "skipped" : "data");
    json.put("clips", clips);
    json.put("crc32c", crc32c);
    measures.forEach(json::put);
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a line.
  ///
  /// @throws MalformedRecordException if it is none
  public static LedgerEntry fromJson(byte[] bytes) throws MalformedRecordException {
    try {
      JsonNode json = JSON.readTree(bytes);
      SortedMap<String, Double> measures = new TreeMap<>();
      for (Map.Entry<String, JsonNode> field : json.properties()) {
        if (field.getValue().isNumber() && !KNOWN.contains(field.getKey())) {
          measures.put(field.getKey(), field.getValue().doubleValue());
        }
      }
      return new LedgerEntry(
          Service.valueOf(json.required("service").asText().toUpperCase(java.util.Locale.ROOT)),
          json.required("name").asText(),
          json.required("run_id").asText(),
          new BatchId(json.required("epoch").asLong(), json.required("batch").asLong()),
          json.required("status").asText().equals("skipped"),
          json.required("clips").asInt(),
          json.required("crc32c").asLong(),
          measures);
    } catch (IOException | IllegalArgumentException e) {
      throw new MalformedRecordException("no line of the ledger", e);
    }
  }

  private static final java.util.Set<String> KNOWN =
      java.util.Set.of("epoch", "batch", "clips", "crc32c");
}
