package io.pairstream.producer.video;

import static org.bytedeco.ffmpeg.global.avfilter.AV_BUFFERSRC_FLAG_KEEP_REF;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_frame;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_add_frame_flags;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_config;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_free;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_parse2;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;

import io.pairstream.producer.video.FrameKind.Size;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/// Cuts and turns frames of one kind with FFmpeg's filters and makes them RGB of one size. The
/// ffmpeg program turns a frame before it converts it, which gives other pixels than the reverse.
final class UprightGraph implements AutoCloseable {
  private final AVFilterGraph graph = avfilter_graph_alloc();
  private final AVFrame result = av_frame_alloc();
  private final AVFilterContext source;
  private final AVFilterContext sink;

  /// @throws VideoException if FFmpeg cannot turn such frames
  UprightGraph(FrameKind kind, Size size, Scaling scaling) throws VideoException {
    av_opt_set(graph, "scale_sws_opts", "flags=" + scaling.graphFlags, 0);
    graph.nb_threads(1);
    try {
      String resize =
          kind.upright().equals(size)
              ? ""
              : ",scale=%d:%d:flags=%s".formatted(size.width(), size.height(), scaling.graphFlags);
      String text =
          "buffer=video_size=%dx%d:pix_fmt=%d:time_base=1/1:colorspace=%d:range=%d,%s%s,format=rgb24,buffersink"
              .formatted(
                  kind.width(),
                  kind.height(),
                  kind.format(),
                  kind.matrix(),
                  kind.range(),
                  kind.pose().graph(),
                  resize);
      try (AVFilterInOut inputs = new AVFilterInOut(null);
          AVFilterInOut outputs = new AVFilterInOut(null)) {
        check(avfilter_graph_parse2(graph, text, inputs, outputs));
      }
      this.source = graph.filters(0);
      this.sink = graph.filters(graph.nb_filters() - 1);
      check(avfilter_graph_config(graph, null));
    } catch (VideoException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /// The frame upright and as RGB, valid until the next call.
  AVFrame apply(AVFrame frame) throws VideoException {
    av_frame_unref(result);
    check(av_buffersrc_add_frame_flags(source, frame, AV_BUFFERSRC_FLAG_KEEP_REF));
    check(av_buffersink_get_frame(sink, result));
    return result;
  }

  private static void check(int code) throws VideoException {
    if (code < 0) {
      throw new VideoException("its frames cannot be turned upright: " + Ffmpeg.error(code));
    }
  }

  @Override
  public void close() {
    av_frame_free(result);
    avfilter_graph_free(graph);
  }
}
