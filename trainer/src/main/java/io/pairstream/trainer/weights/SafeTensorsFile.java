package io.pairstream.trainer.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pairstream.clip.Shape;
import io.pairstream.trainer.weights.WeightFile.Contents;
import io.pairstream.trainer.weights.WeightFile.StateTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Safetensors as others write them: more element types and longer headers than the records of a
/// run have ([io.pairstream.wire.SafeTensors]).
final class SafeTensorsFile {
  private static final String METADATA = "__metadata__";
  private static final long LONGEST_HEADER = 32 << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(4).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .build();

  private SafeTensorsFile() {}

  static boolean looksLikeOne(byte[] head, long size) {
    if (head.length < 10 || head[8] != '{') {
      return false;
    }
    long header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    // One that is cut short inside its header is told so later.
    return header >= 2 && header <= Math.max(size, LONGEST_HEADER);
  }

  static Contents read(Region file) throws IOException {
    long length =
        ByteBuffer.wrap(file.slice(0, 8).toArray()).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (length > LONGEST_HEADER) {
      throw new WeightFormatException("the header has " + length + " bytes, too many");
    }
    JsonNode header = header(file.slice(8, length).toArray());
    Region data = file.slice(8 + length, file.length() - 8 - length);
    SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
    SequencedMap<String, String> others = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (entry.getKey().equals(METADATA)) {
        for (Map.Entry<String, JsonNode> note : entry.getValue().properties()) {
          others.put(note.getKey(), new Value.Text(note.getValue().asText()).summary());
        }
      } else {
        tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), data));
      }
    }
    if (tensors.isEmpty()) {
      throw new WeightFormatException("there are no weights in it");
    }
    return new Contents(
        null, StorageSource.none(), new StateTensors("", "", tensors, others).withoutWrappers());
  }

  private static JsonNode header(byte[] json) throws WeightFormatException {
    try {
      JsonNode header = JSON.readTree(json);
      if (header.isObject()) {
        return header;
      }
    } catch (JsonProcessingException e) {
      throw new WeightFormatException("the header is damaged: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new WeightFormatException("the header is damaged", e);
    }
    throw new WeightFormatException("the header is no JSON object");
  }

  private static StoredTensor tensor(String name, JsonNode entry, Region data)
      throws WeightFormatException {
    String type = entry.path("dtype").asText();
    StoredType stored =
        StoredType.ofSafetensors(type)
            .orElseThrow(() ->
                new WeightFormatException(
                    "tensor '" + name + "' is of the type '" + type + "', which is not read"));
    List<Long> offsets = numbers(name, entry.path("data_offsets"));
    if (offsets.size() != 2) {
      throw new WeightFormatException("tensor '" + name + "' has no two data_offsets");
    }
    try {
      Shape shape = new Shape(numbers(name, entry.path("shape")));
      long bytes = Math.multiplyExact(shape.elements(), (long) stored.bytes());
      if (bytes != offsets.get(1) - offsets.get(0)) {
        throw new WeightFormatException(
            "tensor '%s' of %s %s has not %d bytes".formatted(name, type, shape, bytes));
      }
      return StoredTensor.contiguous(stored, shape, data.slice(offsets.get(0), bytes));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new WeightFormatException("tensor '" + name + "': " + e.getMessage(), e);
    }
  }

  private static List<Long> numbers(String name, JsonNode array) throws WeightFormatException {
    List<Long> numbers = new ArrayList<>();
    for (JsonNode number : array) {
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
        throw new WeightFormatException("tensor '" + name + "' has a size that is none");
      }
      numbers.add(number.longValue());
    }
    if (!array.isArray()) {
      throw new WeightFormatException("tensor '" + name + "' lacks its shape or place");
    }
    return numbers;
  }
}
