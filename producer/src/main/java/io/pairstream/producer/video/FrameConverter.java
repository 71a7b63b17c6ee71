package io.pairstream.producer.video;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_INTERLACED;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_CONTENT_LIGHT_LEVEL;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DYNAMIC_HDR_PLUS;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_MASTERING_DISPLAY_METADATA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_remove_side_data;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_free_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import io.pairstream.producer.video.FrameKind.Size;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;

/// Decoded frames of all kinds to upright RGB of one size, as the ffmpeg program converts them.
final class FrameConverter implements AutoCloseable {
  private static final int[] BRIGHTNESS = {
    AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
    AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
    AV_FRAME_DATA_DYNAMIC_HDR_PLUS
  };

  private final Size size;
  private final Scaling scaling;
  private final SwsContext scaler;
  private final AVFrame rgb;
  private final Set<FrameKind> convertible = new HashSet<>();
  private Optional<Turning> turning = Optional.empty();

  private record Turning(FrameKind kind, UprightGraph graph) {}

  /// @param size of the upright frames
  FrameConverter(Size size, Scaling scaling) {
    this.size = size;
    this.scaling = scaling;
    this.scaler = sws_alloc_context();
    scaler.flags(scaling.flags);
    scaler.threads(1);
    this.rgb = av_frame_alloc();
    rgb.width(size.width()).height(size.height()).format(AV_PIX_FMT_RGB24);
    rgb.color_range(AVCOL_RANGE_JPEG);
    rgb.colorspace(AVCOL_SPC_RGB);
    // Padded rows: swscale's SIMD writes beyond the end of a row and spoils the next one otherwise.
    int allocated = av_frame_get_buffer(rgb, 0);
    if (allocated < 0) {
      close();
      throw new OutOfMemoryError(
          "no memory for a frame of %s: %s".formatted(size, Ffmpeg.error(allocated)));
    }
  }

  /// Finds out whether a frame can be converted, so that whether a video is usable does not depend
  /// on which of its frames are wanted. Converts one frame of each kind.
  ///
  /// @throws VideoException if not
  void require(AVFrame decoded, FrameKind kind) throws VideoException {
    if (!convertible.contains(kind)) {
      convert(decoded, kind, 0);
    }
  }

  RgbFrame convert(AVFrame decoded, FrameKind kind, int index) throws VideoException {
    // The ffmpeg program converts both fields of an interlaced frame as one picture.
    decoded.flags(decoded.flags() & ~AV_FRAME_FLAG_INTERLACED);
    AVFrame converted = kind.pose().isUpright() ? scale(decoded) : graph(kind).apply(decoded);
    convertible.add(kind);
    return view(converted, index);
  }

  private AVFrame scale(AVFrame decoded) throws VideoException {
    // Colours keep what they mean: swscale would map those of wide gamut and high dynamic range.
    rgb.color_primaries(decoded.color_primaries());
    rgb.color_trc(decoded.color_trc());
    for (int told : BRIGHTNESS) {
      av_frame_remove_side_data(decoded, told);
    }
    // The ffmpeg program looks at colour space and range, but not at where chroma samples lie.
    decoded.chroma_location(AVCHROMA_LOC_UNSPECIFIED);
    int scaled = sws_scale_frame(scaler, rgb, decoded);
    if (scaled < 0) {
      throw new VideoException("its pixels cannot be converted to RGB: " + Ffmpeg.error(scaled));
    }
    return rgb;
  }

  private UprightGraph graph(FrameKind kind) throws VideoException {
    if (turning.isPresent() && turning.get().kind().equals(kind)) {
      return turning.get().graph();
    }
    turning.ifPresent(old -> old.graph().close());
    turning = Optional.empty();
    UprightGraph graph = new UprightGraph(kind, size, scaling);
    turning = Optional.of(new Turning(kind, graph));
    return graph;
  }

  @SuppressWarnings("restricted") // the frame's own buffer, which close() frees
  private RgbFrame view(AVFrame frame, int index) {
    long stride = frame.linesize(0);
    MemorySegment pixels =
        MemorySegment.ofAddress(frame.data(0).address()).reinterpret(stride * size.height());
    return new RgbFrame(index, size.width(), size.height(), stride, pixels);
  }

  @Override
  public void close() {
    turning.ifPresent(graph -> graph.graph().close());
    turning = Optional.empty();
    av_frame_free(rgb);
    sws_free_context(scaler);
  }
}
