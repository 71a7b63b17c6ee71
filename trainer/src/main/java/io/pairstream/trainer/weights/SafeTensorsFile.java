package io.pairstream.trainer.weights;

import io.pairstream.trainer.weights.WeightFile.Contents;
import io.pairstream.trainer.weights.WeightFile.StateTensors;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.SafeTensorsHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;

/// Safetensors as others write them: more element types and longer headers than the records of a
/// run have, held to the same rules.
final class SafeTensorsFile {
  private static final int LONGEST_HEADER = 32 << 20;

  private static final SafeTensorsHeader.Dialect DIALECT =
      new SafeTensorsHeader.Dialect(LONGEST_HEADER, SafeTensorsFile::elementBytes);

  private SafeTensorsFile() {}

  private static OptionalInt elementBytes(String type) {
    return StoredType.ofSafetensors(type).stream().mapToInt(StoredType::bytes).findFirst();
  }

  static boolean looksLikeOne(byte[] head, long size) {
    if (head.length < 10 || head[8] != '{') {
      return false;
    }
    long header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    // One that is cut short inside its header is told so later.
    return header >= 2 && header <= Math.max(size, LONGEST_HEADER);
  }

  static Contents read(Region file) throws IOException {
    SafeTensorsHeader header = header(file);
    SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, SafeTensorsHeader.Entry> field : header.entries().entrySet()) {
      tensors.put(field.getKey(), tensor(field.getKey(), field.getValue(), header, file));
    }
    if (tensors.isEmpty()) {
      throw new WeightFormatException("there are no weights in it");
    }
    SequencedMap<String, String> others = new LinkedHashMap<>();
    header.metadata().forEach((name, note) -> others.put(name, new Value.Text(note).summary()));
    return new Contents(
        null, StorageSource.none(), new StateTensors("", "", tensors, others).withoutWrappers());
  }

  private static SafeTensorsHeader header(Region file) throws IOException {
    try {
      byte[] prefix = file.slice(0, SafeTensorsHeader.PREFIX_BYTES).toArray();
      int length = SafeTensorsHeader.headerBytes(prefix, file.length(), DIALECT);
      byte[] json = file.slice(SafeTensorsHeader.PREFIX_BYTES, length).toArray();
      return SafeTensorsHeader.parse(json, file.length(), DIALECT);
    } catch (MalformedRecordException e) {
      throw new WeightFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  private static StoredTensor tensor(
      String name, SafeTensorsHeader.Entry entry, SafeTensorsHeader header, Region file)
      throws WeightFormatException {
    StoredType type =
        StoredType.ofSafetensors(entry.dtype())
            .orElseThrow(
                () -> new WeightFormatException("type '" + entry.dtype() + "' is not read"));
    Region data = file.slice(header.dataOffset() + entry.begin(), entry.end() - entry.begin());
    try {
      return StoredTensor.contiguous(type, entry.shape(), data);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new WeightFormatException("tensor '" + name + "': " + e.getMessage(), e);
    }
  }
}
