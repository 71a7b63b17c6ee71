package io.pairstream.producer.video;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;

/// How stored frames are cut and turned to stand upright: what the ffmpeg program does with a
/// container's or a frame's statement.
///
/// @param cut pixels to leave out at the sides
/// @param filters of FFmpeg that turn and mirror the frame, in this order
/// @param swapsSides whether width and height change places
record Pose(Cut cut, List<String> filters, boolean swapsSides) {
  static final Pose UPRIGHT = new Pose(Cut.NOTHING, List.of(), false);

  Pose {
    filters = List.copyOf(filters);
  }

  /// Pixels at the four sides.
  record Cut(int left, int top, int right, int bottom) {
    static final Cut NOTHING = new Cut(0, 0, 0, 0);

    /// FFmpeg's statement in memory: top, bottom, left, right.
    static Cut of(BytePointer data, long size) {
      if (size < 4L * Integer.BYTES) {
        return NOTHING;
      }
      ByteBuffer sides = data.capacity(4L * Integer.BYTES).asByteBuffer();
      sides.order(ByteOrder.LITTLE_ENDIAN);
      return new Cut(sides.getInt(8), sides.getInt(0), sides.getInt(12), sides.getInt(4));
    }
  }

  /// The pose that a display matrix states (ISO/IEC 14496-12, section 6.2.2: nine numbers in rows
  /// of three, of which the upper left four turn, as fractions of 2^16).
  static Pose of(int[] matrix) {
    double theta = degrees(matrix);
    if (Math.abs(theta - 90) < 1) {
      return new Pose(
          Cut.NOTHING, List.of("transpose=" + (matrix[3] > 0 ? "cclock_flip" : "clock")), true);
    }
    if (Math.abs(theta - 180) < 1) {
      List<String> filters = new ArrayList<>();
      if (matrix[0] < 0) {
        filters.add("hflip");
      }
      if (matrix[4] < 0) {
        filters.add("vflip");
      }
      return new Pose(Cut.NOTHING, filters, false);
    }
    if (Math.abs(theta - 270) < 1) {
      return new Pose(
          Cut.NOTHING, List.of("transpose=" + (matrix[3] < 0 ? "clock_flip" : "cclock")), true);
    }
    if (Math.abs(theta) > 1) {
      return new Pose(
          Cut.NOTHING, List.of(String.format(Locale.ROOT, "rotate=%f*PI/180", theta)), false);
    }
    return theta == 0 && matrix[4] < 0 ? new Pose(Cut.NOTHING, List.of("vflip"), false) : UPRIGHT;
  }

  /// The same for a matrix in memory; [#UPRIGHT] for one that is cut off.
  static Pose of(BytePointer data, long size) {
    int[] matrix = new int[9];
    if (size < (long) matrix.length * Integer.BYTES) {
      return UPRIGHT;
    }
    ByteBuffer bytes = data.capacity((long) matrix.length * Integer.BYTES).asByteBuffer();
    bytes.order(ByteOrder.nativeOrder()).asIntBuffer().get(matrix);
    return of(matrix);
  }

  /// The same with other pixels left out.
  Pose cutting(Cut other) {
    return new Pose(other, filters, swapsSides);
  }

  boolean isUpright() {
    return equals(UPRIGHT);
  }

  /// All filters in the language of FFmpeg's graphs, such as `hflip,vflip`.
  String graph() {
    List<String> all = new ArrayList<>(filters);
    if (!cut.equals(Cut.NOTHING)) {
      all.addFirst(
          "crop=w=iw-%d-%d:h=ih-%d-%d:x=%d:y=%d"
              .formatted(cut.left, cut.right, cut.top, cut.bottom, cut.left, cut.top));
    }
    return String.join(",", all);
  }

  /// Clockwise, whole degrees from 0 to 359; not a number for a matrix that squashes the frame.
  private static double degrees(int[] matrix) {
    double across = Math.hypot(matrix[0], matrix[3]);
    double down = Math.hypot(matrix[1], matrix[4]);
    if (across == 0 || down == 0) {
      return Double.NaN;
    }
    double theta = Math.rint(Math.toDegrees(Math.atan2(matrix[1] / down, matrix[0] / across)));
    return theta - 360 * Math.floor(theta / 360 + 0.9 / 360);
  }
}
