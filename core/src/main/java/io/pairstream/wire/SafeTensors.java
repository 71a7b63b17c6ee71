package io.pairstream.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
    SafeTensorsHeader header = SafeTensorsHeader.read(buffer);
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    for (Map.Entry<String, SafeTensorsHeader.Entry> field : header.entries().entrySet()) {
      SafeTensorsHeader.Entry entry = field.getValue();
      MemorySegment data =
          buffer.asSlice(header.dataOffset() + entry.begin(), entry.end() - entry.begin());
      tensors.put(field.getKey(), new Tensor(entry.dtype(), entry.shape(), data));
    }
    return new SafeTensors(tensors, header.metadata());
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
    List<Map.Entry<String, Tensor>> order = order();
    byte[] header = header(order);
    long size = 8L + header.length;
    for (Tensor tensor : tensors.values()) {
      size += tensor.data().byteSize();
    }
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("tensors of " + size + " bytes do not fit one record");
    }
    byte[] bytes = new byte[(int) size];
    MemorySegment out = MemorySegment.ofArray(bytes);
    out.set(LENGTH, 0, header.length);
    MemorySegment.copy(header, 0, out, ValueLayout.JAVA_BYTE, 8, header.length);
    long at = 8L + header.length;
    for (Map.Entry<String, Tensor> entry : order) {
      MemorySegment data = entry.getValue().data();
      MemorySegment.copy(data, 0, out, at, data.byteSize());
      at += data.byteSize();
    }
    return bytes;
  }

  /// Writes the canonical bytes to a stream, of any size.
  public void write(OutputStream stream) throws IOException {
    List<Map.Entry<String, Tensor>> order = order();
    byte[] header = header(order);
    byte[] length = new byte[8];
    MemorySegment.ofArray(length).set(LENGTH, 0, header.length);
    stream.write(length);
    stream.write(header);
    WritableByteChannel channel = Channels.newChannel(stream);
    for (Map.Entry<String, Tensor> entry : order) {
      MemorySegment data = entry.getValue().data();
      for (long at = 0; at < data.byteSize(); at += 1 << 20) {
        channel.write(data.asSlice(at, Math.min(1 << 20, data.byteSize() - at)).asByteBuffer());
      }
    }
  }

  private List<Map.Entry<String, Tensor>> order() {
    List<Map.Entry<String, Tensor>> order = new ArrayList<>(tensors.entrySet());
    order.sort(
        Comparator.comparingInt(
                (Map.Entry<String, Tensor> entry) -> -entry.getValue().dtype().bytes())
            .thenComparing(Map.Entry::getKey));
    return order;
  }

  private byte[] header(List<Map.Entry<String, Tensor>> order) {
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
      for (Map.Entry<String, Tensor> entry : order) {
        Tensor tensor = entry.getValue();
        long end = at + tensor.data().byteSize();
        writeEntry(out, entry.getKey(), tensor.dtype(), tensor.shape(), at, end);
        at = end;
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

  private static void writeEntry(
      JsonGenerator out, String name, DType dtype, Shape shape, long begin, long end)
      throws IOException {
    out.writeObjectFieldStart(name);
    out.writeStringField("dtype", dtype.name());
    out.writeArrayFieldStart("shape");
    for (long dim : shape.dims()) {
      out.writeNumber(dim);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("data_offsets");
    out.writeNumber(begin);
    out.writeNumber(end);
    out.writeEndArray();
    out.writeEndObject();
  }
}
