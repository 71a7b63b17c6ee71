package io.pairstream.producer.video;

import static org.bytedeco.ffmpeg.avformat.AVFormatContext.AVFMT_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_GLOBALHEADER;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open2;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_free_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.swscale.SwsContext;

/// Writes a video file, for the demo, benchmarks and tests. The same frames give the same bytes.
///
/// Used by one thread. A file is whole once `close()` has returned.
public final class VideoWriter implements AutoCloseable {
  private static final int CHANNELS = 3;

  private final Path file;
  private final VideoFormat options;
  private final AVFormatContext format = new AVFormatContext(null);
  private final AVIOContext io = new AVIOContext(null);
  private final AVCodec codec;
  private final AVCodecContext encoder;
  private final AVPacket packet = av_packet_alloc();
  private final AVFrame rgb = av_frame_alloc();
  private final AVFrame yuv = av_frame_alloc();
  private final SwsContext scaler = sws_alloc_context();
  private AVStream stream = new AVStream(null);
  private long frames;

  /// An encoder of this build of FFmpeg.
  public enum Codec {
    H264("libopenh264"),
    MPEG4("mpeg4");

    private final String encoder;

    Codec(String encoder) {
      this.encoder = encoder;
    }
  }

  /// What to write.
  ///
  /// @param framesPerSecond constant
  /// @param keyInterval frames from one key frame to the next
  /// @param bitsPerSecond what the encoder aims at
  public record VideoFormat(
      Codec codec,
      int width,
      int height,
      int framesPerSecond,
      int keyInterval,
      long bitsPerSecond) {
    public VideoFormat {
      boolean odd = codec == Codec.H264 && (width % 2 != 0 || height % 2 != 0);
      if (width < 1 || height < 1 || odd || framesPerSecond < 1 || keyInterval < 1) {
        throw new IllegalArgumentException(
            "%s video of %dx%d with %d frames a second and a key frame every %d"
                .formatted(codec, width, height, framesPerSecond, keyInterval));
      }
    }

    /// H.264 at 25 frames a second, a key frame every two seconds, 0.4 bits a pixel.
    public static VideoFormat h264(int width, int height) {
      return new VideoFormat(Codec.H264, width, height, 25, 50, (long) width * height * 10);
    }
  }

  private VideoWriter(Path file, VideoFormat options, AVCodec codec) {
    this.file = file;
    this.options = options;
    this.codec = codec;
    this.encoder = avcodec_alloc_context3(codec);
  }

  /// Starts a file; its name's ending says which container (`.mp4`, `.avi`, `.mkv`).
  ///
  /// @throws IOException if it cannot be written
  public static VideoWriter open(Path file, VideoFormat options) throws IOException {
    Ffmpeg.load();
    AVCodec codec = avcodec_find_encoder_by_name(options.codec().encoder);
    if (codec == null) {
      throw new IOException("there is no encoder " + options.codec().encoder);
    }
    VideoWriter writer = new VideoWriter(file, options, codec);
    try {
      writer.open();
      return writer;
    } catch (IOException | RuntimeException e) {
      writer.free();
      throw e;
    }
  }

  private void open() throws IOException {
    check(avformat_alloc_output_context2(format, null, null, file.toString()));
    format.flags(format.flags() | AVFMT_FLAG_BITEXACT);
    encoder.width(options.width()).height(options.height()).pix_fmt(AV_PIX_FMT_YUV420P);
    encoder.thread_count(1).gop_size(options.keyInterval()).bit_rate(options.bitsPerSecond());
    encoder.flags(encoder.flags() | AV_CODEC_FLAG_BITEXACT);
    if ((format.oformat().flags() & AVFMT_GLOBALHEADER) != 0) {
      encoder.flags(encoder.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    try (AVRational tick = new AVRational()) {
      encoder.time_base(tick.num(1).den(options.framesPerSecond()));
      encoder.framerate(tick.num(options.framesPerSecond()).den(1));
    }
    check(avcodec_open2(encoder, codec, (AVDictionary) null));
    stream = avformat_new_stream(format, codec);
    check(avcodec_parameters_from_context(stream.codecpar(), encoder));
    stream.time_base(encoder.time_base());
    stream.avg_frame_rate(encoder.framerate());
    String url = "file:" + file;
    check(avio_open2(io, url, AVIO_FLAG_WRITE, (AVIOInterruptCB) null, (AVDictionary) null));
    format.pb(io);
    check(avformat_write_header(format, (AVDictionary) null));
    allocate(rgb, AV_PIX_FMT_RGB24);
    allocate(yuv, AV_PIX_FMT_YUV420P);
    scaler.flags(Scaling.EXACT.flags);
    scaler.threads(1);
  }

  private void allocate(AVFrame frame, int pixelFormat) throws IOException {
    frame.width(options.width()).height(options.height()).format(pixelFormat);
    check(av_frame_get_buffer(frame, 0));
  }

  /// Appends a frame.
  ///
  /// @param pixels U8 [height,width,3] RGB
  public void write(byte[] pixels) throws IOException {
    int row = options.width() * CHANNELS;
    if (pixels.length != row * options.height()) {
      throw new IllegalArgumentException(
          "%d bytes for a frame of %dx%d"
              .formatted(pixels.length, options.width(), options.height()));
    }
    int stride = rgb.linesize(0);
    org.bytedeco.javacpp.BytePointer target = rgb.data(0);
    for (int y = 0; y < options.height(); y++) {
      target.position((long) y * stride).put(pixels, y * row, row);
    }
    // The encoder may still hold the last frame.
    check(av_frame_make_writable(yuv));
    check(sws_scale_frame(scaler, yuv, rgb));
    yuv.pts(frames++);
    check(avcodec_send_frame(encoder, yuv));
    writePackets();
  }

  private void writePackets() throws IOException {
    while (true) {
      int received = avcodec_receive_packet(encoder, packet);
      if (received == AVERROR_EAGAIN() || received == AVERROR_EOF()) {
        return;
      }
      check(received);
      packet.stream_index(stream.index());
      packet.duration(1);
      av_packet_rescale_ts(packet, encoder.time_base(), stream.time_base());
      check(av_interleaved_write_frame(format, packet));
    }
  }

  private void check(int code) throws IOException {
    if (code < 0) {
      throw new IOException("video %s cannot be written: %s".formatted(file, Ffmpeg.error(code)));
    }
  }

  @Override
  public void close() throws IOException {
    try {
      check(avcodec_send_frame(encoder, null));
      writePackets();
      check(av_write_trailer(format));
      check(avio_closep(io));
    } finally {
      free();
    }
  }

  private void free() {
    sws_free_context(scaler);
    av_frame_free(yuv);
    av_frame_free(rgb);
    av_packet_free(packet);
    avcodec_free_context(encoder);
    if (!io.isNull()) {
      avio_closep(io);
    }
    if (!format.isNull()) {
      avformat_free_context(format);
    }
  }
}
