package io.pairstream.producer.video;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The video chunks of an AVI file with MPEG-4 in it, to put it together anew as other programs
/// would have written it.
record AviChunks(byte[] head, List<byte[]> chunks) {
  /// The start of a picture (VOP) and of the encoder's own words.
  private static final byte[] VOP = {0, 0, 1, (byte) 0xB6};

  private static final byte[] USER_DATA = {0, 0, 1, (byte) 0xB2};

  /// "Nothing coded here": a predicted picture at second 0 plus 0, its bit `vop_coded` unset.
  private static final byte[] NOT_CODED = {0, 0, 1, (byte) 0xB6, 0x50, 0x4F};

  static AviChunks read(byte[] avi) {
    ByteBuffer bytes = ByteBuffer.wrap(avi).order(ByteOrder.LITTLE_ENDIAN);
    int list = find(avi, "movi".getBytes(StandardCharsets.US_ASCII)) - 8;
    int end = list + 8 + bytes.getInt(list + 4);
    List<byte[]> chunks = new ArrayList<>();
    int at = list + 12;
    while (at < end) {
      int length = bytes.getInt(at + 4);
      chunks.add(Arrays.copyOfRange(avi, at + 8, at + 8 + length));
      at += 8 + length + (length & 1);
    }
    return new AviChunks(Arrays.copyOfRange(avi, 12, list), chunks);
  }

  /// DivX's and XviD's "packed bitstream": a predicted picture and the one between come in one
  /// chunk, and the next one says that nothing is coded.
  AviChunks packed() {
    List<byte[]> packed = new ArrayList<>();
    byte[] first = chunks.getFirst();
    int picture = find(first, VOP);
    packed.add(
        joined(
            Arrays.copyOf(first, picture),
            USER_DATA,
            "DivX503b1393p".getBytes(StandardCharsets.US_ASCII),
            Arrays.copyOfRange(first, picture, first.length)));
    for (int i = 1; i < chunks.size(); i++) {
      if (i + 1 < chunks.size() && isBetween(chunks.get(i + 1))) {
        packed.add(joined(chunks.get(i), chunks.get(i + 1)));
        packed.add(NOT_CODED);
        i++;
      } else {
        packed.add(chunks.get(i));
      }
    }
    return new AviChunks(head, packed);
  }

  /// A chunk without content after every third, as capture programs write for a dropped frame; the
  /// head goes on counting as many frames as there are chunks.
  AviChunks withDrops(byte[] drop) {
    List<byte[]> dropped = new ArrayList<>();
    for (byte[] chunk : chunks) {
      if (dropped.size() % 4 == 3) {
        dropped.add(drop);
      }
      dropped.add(chunk);
    }
    return new AviChunks(head, dropped);
  }

  static byte[] notCoded() {
    return NOT_CODED.clone();
  }

  byte[] bytes() {
    ByteArrayOutputStream movi = new ByteArrayOutputStream();
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    movi.writeBytes("movi".getBytes(StandardCharsets.US_ASCII));
    for (byte[] chunk : chunks) {
      index.writeBytes(words("00dc", index.size() == 0 ? 0x10 : 0, movi.size(), chunk.length));
      movi.writeBytes(words("00dc", chunk.length));
      movi.writeBytes(chunk);
      movi.writeBytes(new byte[chunk.length & 1]);
    }
    byte[] counted = head.clone();
    int frames = find(counted, "vids".getBytes(StandardCharsets.US_ASCII)) + 32;
    ByteBuffer.wrap(counted).order(ByteOrder.LITTLE_ENDIAN).putInt(frames, chunks.size());
    byte[] content =
        joined(
            "AVI ".getBytes(StandardCharsets.US_ASCII),
            counted,
            words("LIST", movi.size()),
            movi.toByteArray(),
            words("idx1", index.size()),
            index.toByteArray());
    return joined(words("RIFF", content.length), content);
  }

  private static boolean isBetween(byte[] chunk) {
    return (chunk[find(chunk, VOP) + VOP.length] & 0xC0) == 0x80;
  }

  private static byte[] words(String name, int... numbers) {
    ByteBuffer words = ByteBuffer.allocate(4 + 4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    words.put(name.getBytes(StandardCharsets.US_ASCII));
    Arrays.stream(numbers).forEach(words::putInt);
    return words.array();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static int find(byte[] in, byte[] what) {
    for (int i = 0; i + what.length <= in.length; i++) {
      if (Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    throw new IllegalArgumentException("not there");
  }
}
