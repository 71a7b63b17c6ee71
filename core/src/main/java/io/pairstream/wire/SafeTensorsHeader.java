package io.pairstream.wire;

import static io.pairstream.wire.SafeTensors.LENGTH;
import static io.pairstream.wire.SafeTensors.MAX_HEADER_BYTES;
import static io.pairstream.wire.SafeTensors.METADATA;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The header of a safetensors buffer, read strictly: bounded length, valid UTF-8, one JSON object
/// followed by spaces only, no duplicate names or unknown fields, known types, sizes that match
/// shape × type, no gap, no overlap, nothing after the last tensor, metadata of strings.
///
/// @param dataOffset where the data starts in the buffer, in bytes
/// @param entries by tensor name; offsets count from `dataOffset`
record SafeTensorsHeader(
    long dataOffset, SortedMap<String, Entry> entries, SortedMap<String, String> metadata) {

  record Entry(DType dtype, Shape shape, long begin, long end) {}

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(3)
                  .maxStringLength(MAX_HEADER_BYTES)
                  .build())
          .build();

  static SafeTensorsHeader read(MemorySegment buffer) throws MalformedRecordException {
    if (buffer.byteSize() < 8) {
      throw new MalformedRecordException(
          "a buffer of " + buffer.byteSize() + " bytes is no safetensors");
    }
    long length = buffer.get(LENGTH, 0);
    if (length < 2 || length > MAX_HEADER_BYTES || length > buffer.byteSize() - 8) {
      throw new MalformedRecordException(
          "header length "
              + Long.toUnsignedString(length)
              + " in a buffer of "
              + buffer.byteSize()
              + " bytes");
    }
    String text = utf8(buffer.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE));
    if (text.charAt(0) != '{') {
      throw new MalformedRecordException("the header does not begin with '{'");
    }
    SortedMap<String, Entry> entries = new TreeMap<>();
    SortedMap<String, String> metadata = new TreeMap<>();
    try (JsonParser in = JSON.createParser(text)) {
      in.nextToken();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        if (name.equals(METADATA)) {
          readMetadata(in, metadata);
        } else {
          entries.put(name, readEntry(in, name));
        }
      }
      String rest = text.substring(Math.toIntExact(in.currentLocation().getCharOffset()));
      if (!rest.chars().allMatch(c -> c == ' ')) {
        throw new MalformedRecordException("the header has more than one JSON object");
      }
    } catch (IOException e) {
      throw new MalformedRecordException("the header is no valid JSON: " + firstLine(e), e);
    }
    checkLayout(entries, buffer.byteSize() - 8 - length);
    return new SafeTensorsHeader(8 + length, entries, metadata);
  }

  private static void readMetadata(JsonParser in, SortedMap<String, String> metadata)
      throws IOException, MalformedRecordException {
    expect(in.nextToken(), JsonToken.START_OBJECT, METADATA);
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      if (in.nextToken() != JsonToken.VALUE_STRING) {
        throw new MalformedRecordException("metadata '" + key + "' is no string");
      }
      metadata.put(key, in.getText());
    }
  }

  private static Entry readEntry(JsonParser in, String name)
      throws IOException, MalformedRecordException {
    expect(in.nextToken(), JsonToken.START_OBJECT, name);
    DType dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String field = in.currentName();
      switch (field) {
        case "dtype" -> dtype = readDtype(in, name);
        case "shape" -> shape = readLongs(in, name);
        case "data_offsets" -> offsets = readLongs(in, name);
        default ->
            throw new MalformedRecordException("tensor '" + name + "' has a field '" + field + "'");
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new MalformedRecordException(
          "tensor '" + name + "' lacks dtype, shape or two data_offsets");
    }
    return checked(name, dtype, shape, offsets.get(0), offsets.get(1));
  }

  private static Entry checked(String name, DType dtype, List<Long> dims, long begin, long end)
      throws MalformedRecordException {
    try {
      Shape shape = new Shape(dims);
      long bytes = Math.multiplyExact(shape.elements(), (long) dtype.bytes());
      if (end - begin != bytes) {
        throw new MalformedRecordException(
            "tensor '"
                + name
                + "' has "
                + (end - begin)
                + " bytes, not the "
                + bytes
                + " of "
                + dtype
                + " "
                + shape);
      }
      return new Entry(dtype, shape, begin, end);
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw new MalformedRecordException("tensor '" + name + "': " + e.getMessage(), e);
    }
  }

  private static DType readDtype(JsonParser in, String name)
      throws IOException, MalformedRecordException {
    expect(in.nextToken(), JsonToken.VALUE_STRING, name);
    String text = in.getText();
    for (DType dtype : DType.values()) {
      if (dtype.name().equals(text)) {
        return dtype;
      }
    }
    throw new MalformedRecordException("tensor '" + name + "' has unknown dtype '" + text + "'");
  }

  private static List<Long> readLongs(JsonParser in, String name)
      throws IOException, MalformedRecordException {
    expect(in.nextToken(), JsonToken.START_ARRAY, name);
    List<Long> values = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      expect(in.currentToken(), JsonToken.VALUE_NUMBER_INT, name);
      long value = in.getLongValue();
      if (value < 0) {
        throw new MalformedRecordException("tensor '" + name + "' has a negative number");
      }
      values.add(value);
    }
    return values;
  }

  /// Tensors must tile the data exactly: no gap, no overlap, nothing left.
  private static void checkLayout(SortedMap<String, Entry> entries, long dataBytes)
      throws MalformedRecordException {
    List<Map.Entry<String, Entry>> order = new ArrayList<>(entries.entrySet());
    order.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> entry) -> entry.getValue().begin())
            .thenComparingLong(entry -> entry.getValue().end()));
    long at = 0;
    for (Map.Entry<String, Entry> entry : order) {
      if (entry.getValue().begin() != at) {
        throw new MalformedRecordException(
            "tensor '"
                + entry.getKey()
                + "' begins at byte "
                + entry.getValue().begin()
                + ", not at "
                + at);
      }
      at = entry.getValue().end();
    }
    if (at != dataBytes) {
      throw new MalformedRecordException(
          "the tensors end at byte " + at + " of " + dataBytes + " bytes of data");
    }
  }

  private static void expect(@Nullable JsonToken token, JsonToken want, String name)
      throws MalformedRecordException {
    if (token != want) {
      throw new MalformedRecordException(
          "'" + name + "' in the header: " + token + " instead of " + want);
    }
  }

  private static String utf8(byte[] bytes) throws MalformedRecordException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedRecordException("the header is no UTF-8", e);
    }
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
