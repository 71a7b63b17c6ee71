package io.pairstream.producer.video;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// How stored frames must be turned to stand upright: one of the eight ways to put a rectangle on
/// itself. The stored point (x, y) goes to (xx·x + yx·y, xy·x + yy·y), moved so that the picture
/// starts at (0, 0).
record Orientation(int xx, int xy, int yx, int yy) {
  static final Orientation UPRIGHT = new Orientation(1, 0, 0, 1);

  private static final int CHANNELS = 3;

  Orientation {
    if (Math.abs(xx) + Math.abs(xy) != 1
        || Math.abs(yx) + Math.abs(yy) != 1
        || Math.abs(xx) + Math.abs(yx) != 1) {
      throw new IllegalArgumentException(
          "(%d %d, %d %d) turns no rectangle onto one".formatted(xx, xy, yx, yy));
    }
  }

  /// The nearest orientation to a display matrix (ISO/IEC 14496-12, section 6.2.2: nine numbers in
  /// rows of three, of which the upper left four turn). A matrix that turns by something else, or
  /// by nothing at all, leaves the frames as they are.
  static Orientation of(int[] matrix) {
    long a = matrix[0];
    long b = matrix[1];
    long c = matrix[3];
    long d = matrix[4];
    boolean straight = Math.abs(b) * 100 < Math.abs(a) && Math.abs(c) * 100 < Math.abs(d);
    boolean quarter = Math.abs(a) * 100 < Math.abs(b) && Math.abs(d) * 100 < Math.abs(c);
    if (straight) {
      return new Orientation(Long.signum(a), 0, 0, Long.signum(d));
    }
    if (quarter) {
      return new Orientation(0, Long.signum(b), Long.signum(c), 0);
    }
    return UPRIGHT;
  }

  /// Whether width and height change places.
  boolean swapsSides() {
    return xx == 0;
  }

  /// Turns a frame.
  ///
  /// @param rgb U8 [height,width,3] in rows of `stride` bytes
  /// @return U8 [height,width,3] without gaps, or [width,height,3] if the sides change places
  byte[] turn(MemorySegment rgb, int width, int height, long stride) {
    int outWidth = swapsSides() ? height : width;
    byte[] turned = new byte[width * height * CHANNELS];
    byte[] row = new byte[width * CHANNELS];
    int left = Math.max(0, -xx * (width - 1)) + Math.max(0, -yx * (height - 1));
    int top = Math.max(0, -xy * (width - 1)) + Math.max(0, -yy * (height - 1));
    int step = (xy * outWidth + xx) * CHANNELS;
    for (int y = 0; y < height; y++) {
      MemorySegment.copy(rgb, ValueLayout.JAVA_BYTE, y * stride, row, 0, row.length);
      int to = ((top + yy * y) * outWidth + left + yx * y) * CHANNELS;
      for (int from = 0; from < row.length; from += CHANNELS) {
        turned[to] = row[from];
        turned[to + 1] = row[from + 1];
        turned[to + 2] = row[from + 2];
        to += step;
      }
    }
    return turned;
  }
}
