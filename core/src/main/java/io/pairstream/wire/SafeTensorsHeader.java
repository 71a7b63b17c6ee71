package io.pairstream.wire;

import static io.pairstream.wire.SafeTensors.LENGTH;
import static io.pairstream.wire.SafeTensors.METADATA;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.pairstream.clip.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The header of safetensors, read strictly: bounded length, valid UTF-8, one JSON object followed
/// by spaces only, no duplicate names or unknown fields, known types, sizes that match shape ×
/// type, no gap, no overlap, nothing after the last tensor, metadata of strings.
///
/// @param dataOffset where the data starts, in bytes from the beginning of all
/// @param entries by tensor name, in the order of the header
/// @param metadata the header's `__metadata__`
public record SafeTensorsHeader(
    long dataOffset, SequencedMap<String, Entry> entries, SortedMap<String, String> metadata) {
  /// What comes before the header: its length, in bytes.
  public static final int PREFIX_BYTES = 8;

  public SafeTensorsHeader {
    entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
  }

  /// Where a tensor lies.
  ///
  /// @param dtype its name in safetensors
  /// @param shape dimensions, outermost first
  /// @param begin of its first byte, from the header's `dataOffset` on
  /// @param end behind its last byte
  public record Entry(String dtype, Shape shape, long begin, long end) {}

  /// What a reader takes beside what all take.
  ///
  /// @param maxHeaderBytes the longest header
  /// @param elementBytes the size of an element by the type's name; empty: the type is not read
  public record Dialect(int maxHeaderBytes, Function<String, OptionalInt> elementBytes) {
    private static final int LONGEST = 32 << 20;

    public Dialect {
      if (maxHeaderBytes > LONGEST) {
        throw new IllegalArgumentException("a header of " + maxHeaderBytes + " bytes is too long");
      }
    }
  }

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(3)
                  .maxStringLength(Dialect.LONGEST)
                  .build())
          .build();

  /// How long the header is.
  ///
  /// @param prefix the first [#PREFIX_BYTES] bytes
  /// @param size how many bytes there are in all
  /// @throws MalformedRecordException if it is too long for the dialect, or for the size
  public static int headerBytes(byte[] prefix, long size, Dialect dialect)
      throws MalformedRecordException {
    if (prefix.length < PREFIX_BYTES) {
      throw new MalformedRecordException("a buffer of " + size + " bytes is no safetensors");
    }
    long length = MemorySegment.ofArray(prefix).get(LENGTH, 0);
    if (length < 2 || length > dialect.maxHeaderBytes() || length > size - PREFIX_BYTES) {
      throw new MalformedRecordException(
          "header length "
              + Long.toUnsignedString(length)
              + " in a buffer of "
              + size
              + " bytes"
              + (length > size - PREFIX_BYTES ? ": it is cut short" : ""));
    }
    return Math.toIntExact(length);
  }

  /// Reads the header.
  ///
  /// @param json the bytes after the prefix, as many as [#headerBytes] says
  /// @param size how many bytes there are in all
  /// @throws MalformedRecordException naming the tensor or field that is wrong
  public static SafeTensorsHeader parse(byte[] json, long size, Dialect dialect)
      throws MalformedRecordException {
    String text = utf8(json);
    if (!text.startsWith("{")) {
      throw new MalformedRecordException("the header does not begin with '{'");
    }
    SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    SortedMap<String, String> metadata = new TreeMap<>();
    try (JsonParser in = JSON.createParser(text)) {
      in.nextToken();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        if (name.equals(METADATA)) {
          readMetadata(in, metadata);
        } else {
          entries.put(name, readEntry(in, name, dialect));
        }
      }
      String rest = text.substring(Math.toIntExact(in.currentLocation().getCharOffset()));
      if (!rest.chars().allMatch(c -> c == ' ')) {
        throw new MalformedRecordException("the header has more than one JSON object");
      }
    } catch (IOException e) {
      throw new MalformedRecordException("the header is no valid JSON: " + firstLine(e), e);
    }
    long dataOffset = PREFIX_BYTES + json.length;
    checkLayout(entries, size - dataOffset);
    return new SafeTensorsHeader(dataOffset, entries, metadata);
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

  private static Entry readEntry(JsonParser in, String name, Dialect dialect)
      throws IOException, MalformedRecordException {
    expect(in.nextToken(), JsonToken.START_OBJECT, name);
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String field = in.currentName();
      switch (field) {
        case "dtype" -> {
          expect(in.nextToken(), JsonToken.VALUE_STRING, name);
          dtype = in.getText();
        }
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
    requireSize(name, dtype, shape, offsets, dialect);
    return new Entry(dtype, new Shape(shape), offsets.get(0), offsets.get(1));
  }

  private static void requireSize(
      String name, String dtype, List<Long> dims, List<Long> offsets, Dialect dialect)
      throws MalformedRecordException {
    OptionalInt elementBytes = dialect.elementBytes().apply(dtype);
    if (elementBytes.isEmpty()) {
      throw new MalformedRecordException("tensor '" + name + "' has unknown dtype '" + dtype + "'");
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    try {
      Shape shape = new Shape(dims);
      long bytes = Math.multiplyExact(shape.elements(), (long) elementBytes.getAsInt());
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
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw new MalformedRecordException("tensor '" + name + "': " + e.getMessage(), e);
    }
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
  private static void checkLayout(SequencedMap<String, Entry> entries, long dataBytes)
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
          "the tensors end at byte "
              + at
              + " of "
              + dataBytes
              + " bytes of data"
              + (at > dataBytes ? ": it is cut short" : ""));
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
