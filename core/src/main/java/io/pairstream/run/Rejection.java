package io.pairstream.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Arrays;

/// Something that could not be used, with its cause: a value of RUN.rejected.
public sealed interface Rejection {
  /// The most bytes of a rejected record that are kept.
  int MAX_BYTES = 64 << 10;

  /// The value of the record, JSON.
  byte[] toJson();

  /// A clip whose video could not be read.
  ///
  /// @param clip its id
  /// @param path its file
  /// @param cause one sentence
  record Clip(String clip, String path, String cause) implements Rejection {
    @Override
    public byte[] toJson() {
      ObjectNode json = new ObjectMapper().createObjectNode();
      json.put("clip", clip).put("path", path).put("cause", cause);
      return serialize(json);
    }
  }

  /// A record that is malformed or foreign.
  ///
  /// @param bytes its value; the first 64 KiB are kept, in base64
  record Message(String topic, int partition, long offset, String cause, byte[] bytes)
      implements Rejection {
    @Override
    public byte[] toJson() {
      ObjectNode json = new ObjectMapper().createObjectNode();
      json.put("topic", topic).put("partition", partition).put("offset", offset);
      json.put("cause", cause);
      json.put("bytes", Arrays.copyOf(bytes, Math.min(bytes.length, MAX_BYTES)));
      return serialize(json);
    }
  }

  private static byte[] serialize(ObjectNode json) {
    try {
      return new ObjectMapper().writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
