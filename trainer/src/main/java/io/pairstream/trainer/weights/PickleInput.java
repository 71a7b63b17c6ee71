package io.pairstream.trainer.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The bytes of a pickle, one after another, with a bound on what is copied to the heap.
final class PickleInput {
  /// On all texts, numbers and short bytes of a pickle together.
  static final long MOST_COPIED = Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 8);

  private static final int LONGEST_LINE = 1 << 20;

  private final Region region;
  private final byte[] buffer = new byte[8192];
  private long position;
  private long bufferStart;
  private int buffered;
  private long copied;

  PickleInput(Region region) {
    this.region = region;
  }

  /// How many bytes have been read, from the beginning of the region.
  long position() {
    return position;
  }

  int next() throws IOException {
    if (position < bufferStart || position >= bufferStart + buffered) {
      fill();
    }
    return buffer[(int) (position++ - bufferStart)] & 0xFF;
  }

  private void fill() throws IOException {
    long left = region.length() - position;
    if (left <= 0) {
      throw new WeightFormatException("the pickle is cut short at byte " + position);
    }
    bufferStart = position;
    buffered = (int) Math.min(buffer.length, left);
    region.source().read(region.offset() + position, buffer, 0, buffered);
  }

  /// An unsigned little-endian number of so many bytes.
  long number(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) next() << (8 * i);
    }
    return value;
  }

  /// A copy of the next bytes.
  byte[] take(long length) throws IOException {
    return skip(length, true).toArray();
  }

  String text(long length) throws IOException {
    return new String(take(length), StandardCharsets.UTF_8);
  }

  /// The next bytes, left where they are.
  Region skip(long length) throws IOException {
    return skip(length, false);
  }

  private Region skip(long length, boolean copy) throws IOException {
    Region part = region.slice(position, length);
    if (copy) {
      copied += length;
      if (copied > MOST_COPIED) {
        throw new WeightFormatException(
            "the pickle has over %d MiB of texts, more than weights need"
                .formatted(MOST_COPIED >> 20));
      }
    }
    position += length;
    return part;
  }

  /// The text up to the next line feed, which is passed over; one character a byte.
  String line() throws IOException {
    long begin = position;
    int length = 0;
    while (next() != '\n') {
      if (++length > LONGEST_LINE) {
        throw new WeightFormatException("the pickle has a line of over 1 MiB at byte " + begin);
      }
    }
    position = begin;
    String text = Strings.latin1(take(length));
    position++;
    return text;
  }
}
