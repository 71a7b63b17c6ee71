package io.pairstream.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Named tensors in one buffer, in the safetensors format
/// (https://huggingface.co/docs/safetensors): 8 bytes of header length, a JSON header, the data.
///
/// Written canonically, so that equal content is equal bytes: tensors widest type first and then by
/// name, metadata keys sorted, no holes, the header padded with spaces to a multiple of 8. Read as
/// strictly: see [SafeTensorsHeader].
///
/// @param tensors by name; after decoding, views of the buffer
/// @param metadata the header's `__metadata__`
public record SafeTensors(SortedMap<String, Tensor> tensors, SortedMap<String, String> metadata) {
  /// The longest header that is written or read, in bytes.
  public static final int MAX_HEADER_BYTES = 1 << 20;

  static final String METADATA = "__metadata__";
  static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  /// The types of [DType].
  private static final SafeTensorsHeader.Dialect DIALECT =
      new SafeTensorsHeader.Dialect(
          MAX_HEADER_BYTES,
          name ->
              Arrays.stream(DType.values())
                  .filter(type -> type.name().equals(name))
                  .mapToInt(DType::bytes)
                  .findFirst());

  private static final JsonFactory JSON = new JsonFactory();

  public SafeTensors {
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException("no tensor can be named " + METADATA);
    }
  }

  /// No tensors and no metadata: the value of a skipped batch.
  public static SafeTensors empty() {
    return new SafeTensors(Collections.emptySortedMap(), Collections.emptySortedMap());
  }

  /// Reads a whole buffer; the tensors are views of it.
  ///
  /// @throws MalformedRecordException naming the tensor or field that is wrong
  public static SafeTensors decode(MemorySegment buffer) throws MalformedRecordException {
    long size = buffer.byteSize();
    int prefix = (int) Math.min(size, SafeTensorsHeader.PREFIX_BYTES);
    int length = SafeTensorsHeader.headerBytes(bytes(buffer, 0, prefix), size, DIALECT);
    SafeTensorsHeader header =
        SafeTensorsHeader.parse(bytes(buffer, prefix, length), size, DIALECT);
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    header
        .entries()
        .forEach((name, entry) -> {
          MemorySegment data =
              buffer.asSlice(header.dataOffset() + entry.begin(), entry.end() - entry.begin());
          tensors.put(name, new Tensor(DType.valueOf(entry.dtype()), entry.shape(), data));
        });
    return new SafeTensors(tensors, header.metadata());
  }

  private static byte[] bytes(MemorySegment buffer, long from, int count) {
    return buffer.asSlice(from, count).toArray(ValueLayout.JAVA_BYTE);
  }

  /// Reads a stream of any size to its end; the tensors are copies on the heap, each of at most 2
  /// GiB.
  ///
  /// @param size how many bytes are in it
  /// @throws MalformedRecordException naming the tensor or field that is wrong, also if the stream
  ///   is shorter or longer than its size
  /// @throws IOException if it cannot be read
  public static SafeTensors read(InputStream stream, long size)
      throws IOException, MalformedRecordException {
    byte[] prefix = stream.readNBytes(SafeTensorsHeader.PREFIX_BYTES);
    int length = SafeTensorsHeader.headerBytes(prefix, size, DIALECT);
    SafeTensorsHeader header = SafeTensorsHeader.parse(stream.readNBytes(length), size, DIALECT);
    List<Map.Entry<String, SafeTensorsHeader.Entry>> order =
        new ArrayList<>(header.entries().entrySet());
    order.sort(Comparator.comparingLong(field -> field.getValue().end()));
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    for (Map.Entry<String, SafeTensorsHeader.Entry> field : order) {
      SafeTensorsHeader.Entry entry = field.getValue();
      byte[] data = heap(field.getKey(), entry.end() - entry.begin());
      if (stream.readNBytes(data, 0, data.length) < data.length) {
        throw new MalformedRecordException("the data end inside tensor '" + field.getKey() + "'");
      }
      DType dtype = DType.valueOf(entry.dtype());
      tensors.put(field.getKey(), new Tensor(dtype, entry.shape(), MemorySegment.ofArray(data)));
    }
    if (stream.read() >= 0) {
      throw new MalformedRecordException("there are bytes after the last tensor");
    }
    return new SafeTensors(tensors, header.metadata());
  }

  private static byte[] heap(String name, long bytes) throws MalformedRecordException {
    if (bytes > MAX_ARRAY) {
      throw new MalformedRecordException(
          "tensor '" + name + "' of " + bytes + " bytes is too large");
    }
    return new byte[(int) bytes];
  }

  public static SafeTensors decode(byte[] buffer) throws MalformedRecordException {
    return decode(MemorySegment.ofArray(buffer));
  }

  /// The tensor of this name.
  ///
  /// @throws MalformedRecordException if there is none
  public Tensor get(String name) throws MalformedRecordException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new MalformedRecordException("tensor '" + name + "' is missing");
    }
    return tensor;
  }

  /// The canonical bytes, sized first and written once.
  ///
  /// @throws IllegalArgumentException if the header is over [#MAX_HEADER_BYTES] or all of it over 2
  ///   GiB
  public byte[] encode() {
    return draft(Map.of()).bytes();
  }

  /// A tensor whose values are not there yet.
  public record Blank(DType dtype, Shape shape) {}

  /// Canonical bytes that lack the values of some tensors.
  ///
  /// @param bytes the buffer
  /// @param blanks by name, where in the buffer those values go: zeros
  public record Draft(byte[] bytes, SortedMap<String, Tensor> blanks) {
    /// The place of one of them.
    ///
    /// @throws IllegalArgumentException if no blank has this name
    public Tensor blank(String name) {
      Tensor place = blanks.get(name);
      if (place == null) {
        throw new IllegalArgumentException("tensor '" + name + "' is no blank");
      }
      return place;
    }
  }

  /// The canonical bytes with room for further tensors, so that who makes these can do it in place.
  ///
  /// @throws IllegalArgumentException as [#encode] does, or if a name is that of a tensor
  public Draft draft(Map<String, Blank> blanks) {
    List<Slot> slots = slots(blanks);
    byte[] header = header(slots);
    long at = 8L + header.length;
    long size = at + slots.stream().mapToLong(Slot::bytes).sum();
    if (size > MAX_ARRAY) {
      throw new IllegalArgumentException("tensors of " + size + " bytes do not fit one record");
    }
    byte[] bytes = new byte[(int) size];
    MemorySegment out = MemorySegment.ofArray(bytes);
    out.set(LENGTH, 0, header.length);
    MemorySegment.copy(header, 0, out, ValueLayout.JAVA_BYTE, 8, header.length);
    SortedMap<String, Tensor> rooms = new TreeMap<>();
    for (Slot slot : slots) {
      MemorySegment place = out.asSlice(at, slot.bytes());
      if (slot.data().isPresent()) {
        place.copyFrom(slot.data().get());
      } else {
        rooms.put(slot.name(), new Tensor(slot.dtype(), slot.shape(), place));
      }
      at += slot.bytes();
    }
    return new Draft(bytes, rooms);
  }

  /// A tensor in the order of the data.
  ///
  /// @param data unless it is a blank
  private record Slot(String name, DType dtype, Shape shape, Optional<MemorySegment> data) {
    long bytes() {
      return Math.multiplyExact(shape.elements(), (long) dtype.bytes());
    }
  }

  /// Widest type first, then by name.
  private List<Slot> slots(Map<String, Blank> blanks) {
    List<Slot> slots = new ArrayList<>();
    tensors.forEach((name, tensor) ->
        slots.add(new Slot(name, tensor.dtype(), tensor.shape(), Optional.of(tensor.data()))));
    blanks.forEach((name, blank) -> {
      if (tensors.containsKey(name)) {
        throw new IllegalArgumentException("tensor '" + name + "' is there already");
      }
      slots.add(new Slot(name, blank.dtype(), blank.shape(), Optional.empty()));
    });
    slots.sort(
        Comparator.comparingInt((Slot slot) -> -slot.dtype().bytes()).thenComparing(Slot::name));
    return slots;
  }

  /// Writes the canonical bytes to a stream, of any size.
  public void write(OutputStream stream) throws IOException {
    List<Slot> slots = slots(Map.of());
    byte[] header = header(slots);
    byte[] length = new byte[8];
    MemorySegment.ofArray(length).set(LENGTH, 0, header.length);
    stream.write(length);
    stream.write(header);
    WritableByteChannel channel = Channels.newChannel(stream);
    for (Slot slot : slots) {
      MemorySegment data = slot.data().orElseThrow();
      for (long at = 0; at < data.byteSize(); at += 1 << 20) {
        channel.write(data.asSlice(at, Math.min(1 << 20, data.byteSize() - at)).asByteBuffer());
      }
    }
  }

  private byte[] header(List<Slot> slots) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(json)) {
      out.writeStartObject();
      if (!metadata.isEmpty()) {
        out.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          out.writeStringField(entry.getKey(), entry.getValue());
        }
        out.writeEndObject();
      }
      long at = 0;
      for (Slot slot : slots) {
        writeEntry(out, slot, at);
        at += slot.bytes();
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] text = json.toByteArray();
    int padded = (text.length + 7) / 8 * 8;
    if (padded > MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "a safetensors header of " + padded + " bytes is over " + MAX_HEADER_BYTES);
    }
    byte[] header = Arrays.copyOf(text, padded);
    Arrays.fill(header, text.length, padded, (byte) ' ');
    return header;
  }

  private static void writeEntry(JsonGenerator out, Slot slot, long begin) throws IOException {
    out.writeObjectFieldStart(slot.name());
    out.writeStringField("dtype", slot.dtype().name());
    out.writeArrayFieldStart("shape");
    for (long dim : slot.shape().dims()) {
      out.writeNumber(dim);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("data_offsets");
    out.writeNumber(begin);
    out.writeNumber(begin + slot.bytes());
    out.writeEndArray();
    out.writeEndObject();
  }
}
