package io.pairstream.producer.video;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An upright frame, U8 [height,width,3], in memory that the reader uses again: it is valid until
/// the call that it was handed to returns.
///
/// @param index which frame of its video, from 0
/// @param stride bytes from one row to the next
/// @param rgb the pixels
public record RgbFrame(int index, int width, int height, long stride, MemorySegment rgb) {
  /// Bytes of the pixels alone.
  public int bytes() {
    return width * height * 3;
  }

  /// Copies the pixels without the gaps between rows.
  public void copyTo(byte[] target, int offset) {
    int row = width * 3;
    for (int y = 0; y < height; y++) {
      MemorySegment.copy(rgb, ValueLayout.JAVA_BYTE, y * stride, target, offset + y * row, row);
    }
  }
}
