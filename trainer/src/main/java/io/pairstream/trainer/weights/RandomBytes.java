package io.pairstream.trainer.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Bytes that are read where they are wanted: a file, or an array.
public sealed interface RandomBytes extends Closeable {
  /// How many there are.
  long size();

  /// Fills a part of `target` with the bytes from `position` on.
  ///
  /// @throws IOException if they cannot be read, or there are not as many
  void read(long position, byte[] target, int offset, int length) throws IOException;

  @Override
  void close() throws IOException;

  static RandomBytes open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    try {
      return new OfFile(channel, channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  static RandomBytes of(byte[] bytes) {
    return new OfArray(bytes);
  }

  /// All of them as a region.
  default Region whole() {
    return new Region(this, 0, size());
  }

  /// A file, read by position and not mapped: one that is cut short while it is read ends in an
  /// exception and not with the process.
  record OfFile(FileChannel channel, long size) implements RandomBytes {
    @Override
    public void read(long position, byte[] target, int offset, int length) throws IOException {
      ByteBuffer into = ByteBuffer.wrap(target, offset, length);
      while (into.hasRemaining()) {
        if (channel.read(into, position + into.position() - offset) < 0) {
          throw new WeightFormatException("the file ends at byte " + channel.size());
        }
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /// An array.
  final class OfArray implements RandomBytes {
    private final byte[] bytes;

    OfArray(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void read(long position, byte[] target, int offset, int length) throws IOException {
      if (position > bytes.length - length) {
        throw new WeightFormatException("the file ends at byte " + bytes.length);
      }
      System.arraycopy(bytes, Math.toIntExact(position), target, offset, length);
    }

    @Override
    public void close() {}
  }
}
