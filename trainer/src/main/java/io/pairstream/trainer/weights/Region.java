package io.pairstream.trainer.weights;

import java.io.IOException;

/// A part of a file, not read yet.
///
/// @param source the file
/// @param offset where it begins, in bytes
/// @param length how long it is, in bytes
public record Region(RandomBytes source, long offset, long length) {
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  public Region {
    if (offset < 0 || length < 0 || offset > source.size() - length) {
      throw new IllegalArgumentException(
          length + " bytes from " + offset + " on are not in " + source.size());
    }
  }

  /// A part of this part.
  ///
  /// @throws WeightFormatException if it is not inside
  Region slice(long from, long count) throws WeightFormatException {
    if (from < 0 || count < 0 || from > length - count) {
      throw new WeightFormatException(
          "the file is cut short: %d bytes are wanted from byte %d on, it has %d"
              .formatted(count, offset + from, offset + length));
    }
    return new Region(source, offset + from, count);
  }

  /// A copy of it.
  ///
  /// @throws WeightFormatException if it is over 2 GiB
  byte[] toArray() throws IOException {
    if (length > LONGEST_ARRAY) {
      throw new WeightFormatException(length + " bytes in one piece are more than can be read");
    }
    byte[] bytes = new byte[(int) length];
    source.read(offset, bytes, 0, bytes.length);
    return bytes;
  }
}
