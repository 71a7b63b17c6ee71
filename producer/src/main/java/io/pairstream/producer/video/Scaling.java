package io.pairstream.producer.video;

import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;

/// How swscale turns a decoded frame into RGB.
public enum Scaling {
  /// Colour differences interpolated, rounding exact and the same with and without SIMD: for clips,
  /// which are then brought to their size by [FrameResizer][io.pairstream.crop.FrameResizer].
  EXACT(SWS_BILINEAR | SWS_ACCURATE_RND | SWS_BITEXACT),
  /// What the ffmpeg program does by default (`-vf scale=W:H -pix_fmt rgb24`).
  LIKE_FFMPEG(SWS_BICUBIC);

  final int flags;

  Scaling(int flags) {
    this.flags = flags;
  }
}
