package io.pairstream.producer.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// How long a Matroska or WebM file says it is: FFmpeg takes the end of a truncated one for its
/// proper end.
final class MatroskaLength {
  private static final int HEAD = 128;
  private static final int EBML = 0x1A45DFA3;
  private static final int SEGMENT = 0x18538067;

  private MatroskaLength() {}

  /// Where the file's segment ends according to its head (RFC 8794 for the coding, RFC 9559 for the
  /// elements), if it says so.
  static OptionalLong announced(Path file) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD);
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      while (head.hasRemaining() && channel.read(head) >= 0) {
        // Until the head is full or the file over.
      }
    }
    return announced(head.flip());
  }

  static OptionalLong announced(ByteBuffer head) {
    if (head.remaining() < 12 || head.getInt() != EBML) {
      return OptionalLong.empty();
    }
    long header = size(head);
    if (header < 0 || header > head.remaining() - 12L) {
      return OptionalLong.empty();
    }
    head.position(head.position() + (int) header);
    if (head.getInt() != SEGMENT) {
      return OptionalLong.empty();
    }
    long segment = size(head);
    return segment < 0 ? OptionalLong.empty() : OptionalLong.of(head.position() + segment);
  }

  /// A number of one to eight bytes whose leading zero bits say how many follow; −1 if it is
  /// unknown (all ones) or none.
  private static long size(ByteBuffer head) {
    int first = head.get() & 0xFF;
    int more = Integer.numberOfLeadingZeros(first) - 24;
    if (more > 7) {
      return -1;
    }
    long size = first & (0x7F >> more);
    for (int i = 0; i < more; i++) {
      size = size << 8 | head.get() & 0xFF;
    }
    long allOnes = (1L << (7 * (more + 1))) - 1;
    return size == allOnes ? -1 : size;
  }
}
