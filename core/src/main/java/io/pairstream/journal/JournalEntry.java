package io.pairstream.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.run.Instance;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/// A record of RUN.progress: the key is the instance's, the header `run-id` says of which run it
/// is, the value is JSON with `type`, `v`, `time` and the message's own fields.
///
/// @param instance who tells
/// @param runId of which run
/// @param event what happened, and when
public record JournalEntry(Instance instance, String runId, Event event) {
  /// The header that carries the run id.
  static final String RUN_ID = "run-id";

  static final ObjectMapper JSON = new ObjectMapper();

  public Message message() {
    return event.message();
  }

  /// The record's key.
  public byte[] key() {
    return instance.key().getBytes(StandardCharsets.UTF_8);
  }

  /// The record's value.
  public byte[] value() {
    Message message = event.message();
    ObjectNode json = JSON.createObjectNode();
    json.put("type", message.type().text()).put("v", message.type().version());
    json.put("time", event.time().toEpochMilli());
    message.addTo(json);
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Adds the record's header.
  public void addTo(Headers headers) {
    headers.add(RUN_ID, runId.getBytes(StandardCharsets.UTF_8));
  }
}
