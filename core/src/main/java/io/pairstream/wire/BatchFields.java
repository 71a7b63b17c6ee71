package io.pairstream.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.DType;
import io.pairstream.clip.Layout;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The fields that both batch schemas have. Errors name the field.
final class BatchFields {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BatchFields() {}

  static Tensor batch(BatchId id) {
    return Tensor.ofLongs(Shape.of(2), id.epoch(), id.batch());
  }

  static BatchId batch(SafeTensors in) throws MalformedRecordException {
    Tensor batch = require(in, "batch", DType.I64, Shape.of(2));
    try {
      return new BatchId(batch.longAt(0), batch.longAt(1));
    } catch (IllegalArgumentException e) {
      throw new MalformedRecordException("tensor 'batch': " + e.getMessage(), e);
    }
  }

  static Tensor require(SafeTensors in, String name, DType dtype, Shape shape)
      throws MalformedRecordException {
    Tensor tensor = in.get(name);
    try {
      Layout.require(name, tensor, dtype, shape);
    } catch (IllegalArgumentException e) {
      throw new MalformedRecordException(String.valueOf(e.getMessage()), e);
    }
    return tensor;
  }

  static void requireOnly(SafeTensors in, String... names) throws MalformedRecordException {
    Set<String> known = Set.of(names);
    for (String name : in.tensors().keySet()) {
      if (!known.contains(name)) {
        throw new MalformedRecordException("tensor '" + name + "' is unknown");
      }
    }
  }

  static String text(SafeTensors in, String key) throws MalformedRecordException {
    String value = in.metadata().get(key);
    if (value == null) {
      throw new MalformedRecordException("metadata '" + key + "' is missing");
    }
    return value;
  }

  static String json(List<String> strings) {
    try {
      return JSON.writeValueAsString(strings);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> strings(SafeTensors in, String key) throws MalformedRecordException {
    try {
      JsonNode array = JSON.readTree(text(in, key));
      List<String> strings = new ArrayList<>();
      if (array != null && array.isArray()) {
        for (JsonNode element : array) {
          if (element.isTextual()) {
            strings.add(element.textValue());
          }
        }
        if (strings.size() == array.size()) {
          return strings;
        }
      }
    } catch (JsonProcessingException e) {
      throw new MalformedRecordException("metadata '" + key + "' is no JSON", e);
    }
    throw new MalformedRecordException("metadata '" + key + "' is no JSON array of strings");
  }
}
