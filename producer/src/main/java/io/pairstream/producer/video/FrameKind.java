package io.pairstream.producer.video;

import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.jspecify.annotations.Nullable;

/// What a frame's conversion depends on, beside its pixels. Numbers are FFmpeg's.
///
/// @param width of the frame as it is stored
/// @param height likewise
/// @param format of its pixels
/// @param matrix how colours became brightness and colour differences
/// @param range whether black is 0
/// @param primaries what its colours mean
/// @param transfer how bright its numbers are
/// @param pose how it comes upright
record FrameKind(
    int width,
    int height,
    int format,
    int matrix,
    int range,
    int primaries,
    int transfer,
    Pose pose) {

  static FrameKind of(AVFrame frame, Pose pose) {
    return new FrameKind(
        frame.width(),
        frame.height(),
        frame.format(),
        frame.colorspace(),
        frame.color_range(),
        frame.color_primaries(),
        frame.color_trc(),
        pose);
  }

  /// How large frames of this kind are when they stand upright.
  ///
  /// @throws VideoException if nothing remains of them
  Size upright() throws VideoException {
    int across = width - pose.cut().left() - pose.cut().right();
    int down = height - pose.cut().top() - pose.cut().bottom();
    if (!pose.cut().equals(Pose.Cut.NOTHING)) {
      // FFmpeg cuts between whole groups of pixels that share their colour.
      @Nullable AVPixFmtDescriptor groups = av_pix_fmt_desc_get(format);
      across &= groups == null ? -1 : -1 << groups.log2_chroma_w();
      down &= groups == null ? -1 : -1 << groups.log2_chroma_h();
    }
    if (across < 1 || down < 1) {
      throw new VideoException("its frames have no size");
    }
    return pose.swapsSides() ? new Size(down, across) : new Size(across, down);
  }

  /// Pixels from side to side and from top to bottom.
  record Size(int width, int height) {}
}
