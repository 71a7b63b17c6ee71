package io.pairstream.producer.video;

import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;

/// How swscale turns a decoded frame into RGB.
public enum Scaling {
  /// Colour differences interpolated, rounding exact and the same with and without SIMD: for clips,
  /// which are then brought to their size by [FrameResizer][io.pairstream.crop.FrameResizer].
  EXACT(SWS_BILINEAR | SWS_ACCURATE_RND | SWS_BITEXACT, "bilinear+accurate_rnd+bitexact"),
  /// What the ffmpeg program does by default (`-vf scale=W:H -pix_fmt rgb24`).
  LIKE_FFMPEG(SWS_BICUBIC, "bicubic");

  final int flags;

  /// The flags in the language of FFmpeg's graphs.
  final String graphFlags;

  Scaling(int flags, String graphFlags) {
    this.flags = flags;
    this.graphFlags = graphFlags;
  }
}
