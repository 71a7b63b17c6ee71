package io.pairstream.producer.video;

import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_free_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import java.lang.foreign.MemorySegment;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;

/// Decoded frames of any size, pixel format and colour range to upright RGB of one size.
final class FrameConverter implements AutoCloseable {
  private final int width;
  private final int height;
  private final Orientation orientation;
  private final SwsContext scaler;
  private final AVFrame rgb;
  private final long stride;
  private final MemorySegment pixels;

  /// @param width of the stored frame after scaling, before it is turned upright
  /// @param height likewise
  @SuppressWarnings("restricted") // the frame's own buffer, which close() frees
  FrameConverter(int width, int height, Scaling scaling, Orientation orientation) {
    this.width = width;
    this.height = height;
    this.orientation = orientation;
    this.scaler = sws_alloc_context();
    scaler.flags(scaling.flags);
    scaler.threads(1);
    this.rgb = av_frame_alloc();
    rgb.width(width).height(height).format(AV_PIX_FMT_RGB24);
    rgb.color_range(AVCOL_RANGE_JPEG);
    rgb.colorspace(AVCOL_SPC_RGB);
    // Padded rows: swscale's SIMD writes beyond the end of a row and spoils the next one otherwise.
    int allocated = av_frame_get_buffer(rgb, 0);
    if (allocated < 0) {
      close();
      throw new OutOfMemoryError(
          "no memory for a frame of %dx%d: %s".formatted(width, height, Ffmpeg.error(allocated)));
    }
    this.stride = rgb.linesize(0);
    this.pixels = MemorySegment.ofAddress(rgb.data(0).address()).reinterpret(stride * height);
  }

  RgbFrame convert(AVFrame decoded, int index) throws VideoException {
    // The ffmpeg program looks at colour space and range, but not at where chroma samples lie.
    decoded.chroma_location(AVCHROMA_LOC_UNSPECIFIED);
    int scaled = sws_scale_frame(scaler, rgb, decoded);
    if (scaled < 0) {
      throw new VideoException("its pixels cannot be converted to RGB: " + Ffmpeg.error(scaled));
    }
    if (orientation.equals(Orientation.UPRIGHT)) {
      return new RgbFrame(index, width, height, stride, pixels);
    }
    MemorySegment turned = MemorySegment.ofArray(orientation.turn(pixels, width, height, stride));
    int turnedWidth = orientation.swapsSides() ? height : width;
    int turnedHeight = orientation.swapsSides() ? width : height;
    return new RgbFrame(index, turnedWidth, turnedHeight, turnedWidth * 3L, turned);
  }

  @Override
  public void close() {
    av_frame_free(rgb);
    sws_free_context(scaler);
  }
}
