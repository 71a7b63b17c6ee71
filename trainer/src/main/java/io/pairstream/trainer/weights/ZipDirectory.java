package io.pairstream.trainer.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// What is in a ZIP file (PKWARE APPNOTE 6.3, with ZIP64), and where: PyTorch stores its tensors
/// uncompressed, so that they can be read in place.
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_LENGTH = 56;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCATOR_64_LENGTH = 20;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_LENGTH = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_LENGTH = 30;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final long MASK_32 = 0xFFFFFFFFL;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /// More than any model has tensors.
  private static final long MOST_ENTRIES = 200_000;

  private static final long LARGEST_DIRECTORY = 64 << 20;

  /// On all entries together that have to be unpacked: they stay on the heap.
  private static final long MOST_INFLATED =
      Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 8);

  private record Entry(int method, long crc, long packed, long size, long header) {}

  private final Region file;
  private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();
  private long inflated;

  private ZipDirectory(Region file) {
    this.file = file;
  }

  static boolean looksLikeOne(byte[] head) {
    return head.length >= 4
        && ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(0) == LOCAL;
  }

  /// @throws WeightFormatException if it is cut short or damaged
  static ZipDirectory read(Region file) throws IOException {
    ZipDirectory directory = new ZipDirectory(file);
    directory.readEntries();
    return directory;
  }

  boolean contains(String name) {
    return entries.containsKey(name);
  }

  /// The bytes of a file of the archive, checked against their sum.
  ///
  /// @throws WeightFormatException if there is no such file, or it is damaged
  Region bytes(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new WeightFormatException("the archive has no '" + name + "'");
    }
    ByteBuffer local = buffer(entry.header, LOCAL_LENGTH);
    if (local.getInt(0) != LOCAL) {
      throw new WeightFormatException("the archive's entry '" + name + "' is damaged");
    }
    long begin =
        entry.header
            + LOCAL_LENGTH
            + Short.toUnsignedInt(local.getShort(26))
            + Short.toUnsignedInt(local.getShort(28));
    Region packed = file.slice(begin, entry.packed);
    Region bytes =
        switch (entry.method) {
          case STORED -> packed;
          case DEFLATED -> inflate(name, packed, entry.size);
          default ->
              throw new WeightFormatException(
                  "the archive's entry '" + name + "' is packed in an unknown way");
        };
    if (bytes.length() != entry.size || crc(bytes) != entry.crc) {
      throw new WeightFormatException(
          "the archive's entry '" + name + "' is damaged: its checksum differs");
    }
    return bytes;
  }

  private void readEntries() throws IOException {
    Extent directory = locate();
    if (directory.entries > MOST_ENTRIES || directory.size > LARGEST_DIRECTORY) {
      throw new WeightFormatException(
          "the archive has %d entries in %d bytes, more than weights need"
              .formatted(directory.entries, directory.size));
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(file.slice(directory.offset, directory.size).toArray())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < directory.entries; i++) {
      readEntry(bytes);
    }
  }

  private void readEntry(ByteBuffer in) throws WeightFormatException {
    int at = in.position();
    if (in.remaining() < CENTRAL_LENGTH || in.getInt(at) != CENTRAL) {
      throw damaged();
    }
    int nameLength = Short.toUnsignedInt(in.getShort(at + 28));
    int extraLength = Short.toUnsignedInt(in.getShort(at + 30));
    int commentLength = Short.toUnsignedInt(in.getShort(at + 32));
    long length = (long) CENTRAL_LENGTH + nameLength + extraLength + commentLength;
    if (in.remaining() < length) {
      throw damaged();
    }
    byte[] name = new byte[nameLength];
    in.get(at + CENTRAL_LENGTH, name);
    long[] wide = {
      in.getInt(at + 24) & MASK_32, in.getInt(at + 20) & MASK_32, in.getInt(at + 42) & MASK_32
    };
    widen(in.slice(at + CENTRAL_LENGTH + nameLength, extraLength), wide);
    if ((in.getShort(at + 8) & 1) != 0) {
      throw new WeightFormatException("the archive is encrypted");
    }
    Entry entry =
        new Entry(
            Short.toUnsignedInt(in.getShort(at + 10)),
            in.getInt(at + 16) & MASK_32,
            wide[1],
            wide[0],
            wide[2]);
    String text = new String(name, StandardCharsets.UTF_8);
    if (entries.put(text, entry) != null) {
      throw new WeightFormatException("the archive has '" + text + "' twice");
    }
    in.position(at + (int) length);
  }

  /// Replaces what did not fit 32 bits by what the ZIP64 extra field says: size, packed size, place
  /// of the header, each only if it did not fit.
  private static void widen(ByteBuffer extra, long[] wide) throws WeightFormatException {
    extra.order(ByteOrder.LITTLE_ENDIAN);
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Short.toUnsignedInt(extra.getShort());
      if (length > extra.remaining()) {
        throw damaged();
      }
      int end = extra.position() + length;
      for (int i = 0; i < wide.length && id == 1; i++) {
        if (wide[i] == MASK_32) {
          if (end - extra.position() < 8) {
            throw damaged();
          }
          wide[i] = extra.getLong();
        }
      }
      extra.position(end);
    }
  }

  private record Extent(long entries, long size, long offset) {}

  private Extent locate() throws IOException {
    int tail = (int) Math.min(file.length(), END_LENGTH + LONGEST_COMMENT);
    long begin = file.length() - tail;
    ByteBuffer bytes = buffer(begin, tail);
    for (int at = tail - END_LENGTH; at >= 0; at--) {
      if (bytes.getInt(at) == END) {
        return extent(bytes, at, begin + at);
      }
    }
    throw new WeightFormatException("the archive is cut short: its directory is missing");
  }

  private Extent extent(ByteBuffer tail, int at, long end) throws IOException {
    long locator = end - LOCATOR_64_LENGTH;
    if (locator >= 0) {
      ByteBuffer found = buffer(locator, LOCATOR_64_LENGTH);
      if (found.getInt(0) == LOCATOR_64) {
        ByteBuffer wide = buffer(found.getLong(8), END_64_LENGTH);
        if (wide.getInt(0) != END_64) {
          throw damaged();
        }
        return new Extent(
            checked(wide.getLong(32)), checked(wide.getLong(40)), checked(wide.getLong(48)));
      }
    }
    return new Extent(
        Short.toUnsignedLong(tail.getShort(at + 10)),
        tail.getInt(at + 12) & MASK_32,
        tail.getInt(at + 16) & MASK_32);
  }

  private static long checked(long value) throws WeightFormatException {
    if (value < 0) {
      throw damaged();
    }
    return value;
  }

  private Region inflate(String name, Region packed, long size) throws IOException {
    if (size < 0 || size > MOST_INFLATED - inflated) {
      throw new WeightFormatException(
          "the archive's entry '" + name + "' is " + size + " bytes when unpacked, too many");
    }
    inflated += size;
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed.toArray());
      // Grows with what really comes out: the size is only a claim.
      java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
      byte[] chunk = new byte[1 << 16];
      int count = inflater.inflate(chunk);
      while (count > 0) {
        out.write(chunk, 0, count);
        if (out.size() > size) {
          break;
        }
        count = inflater.inflate(chunk);
      }
      return RandomBytes.of(out.toByteArray()).whole();
    } catch (DataFormatException e) {
      throw new WeightFormatException("the archive's entry '" + name + "' is damaged", e);
    } finally {
      inflater.end();
    }
  }

  private static long crc(Region bytes) throws IOException {
    CRC32 crc = new CRC32();
    byte[] chunk = new byte[(int) Math.min(bytes.length(), 1 << 16)];
    for (long at = 0; at < bytes.length(); at += chunk.length) {
      int count = (int) Math.min(chunk.length, bytes.length() - at);
      bytes.source().read(bytes.offset() + at, chunk, 0, count);
      crc.update(chunk, 0, count);
    }
    return crc.getValue();
  }

  private ByteBuffer buffer(long at, int length) throws IOException {
    return ByteBuffer.wrap(file.slice(at, length).toArray()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static WeightFormatException damaged() {
    return new WeightFormatException("the archive's directory is damaged");
  }

  /// Files of the archive with this ending, with what comes before it.
  Map<String, String> ending(String ending) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String name : entries.keySet()) {
      if (name.endsWith(ending)) {
        found.put(name, name.substring(0, name.length() - ending.length()));
      }
    }
    return found;
  }
}
