package io.pairstream.producer.video;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_DEFAULT;
import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_NONREF;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_UNALIGNED;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;

/// Packets to frames, on the calling thread.
final class Decoder implements AutoCloseable {
  /// Errors in a row after the last packet that are taken for the end.
  private static final int MAX_DRAIN_ERRORS = 64;

  private final Demuxer demuxer;
  private final VideoLimits limits;
  private final AVCodecContext context;
  private final AVPacket packet = av_packet_alloc();
  private final AVFrame frame = av_frame_alloc();
  private long frames;
  private int damagedFrames;
  private int failedPackets;
  private int drainErrors;
  private boolean draining;

  private Decoder(Demuxer demuxer, VideoLimits limits, AVCodecContext context) {
    this.demuxer = demuxer;
    this.limits = limits;
    this.context = context;
  }

  /// A decoder for the demuxer's stream, which stays the caller's.
  static Decoder open(Demuxer demuxer, VideoLimits limits) throws VideoException {
    int codecId = demuxer.parameters().codec_id();
    AVCodec codec = avcodec_find_decoder(codecId);
    if (codec == null) {
      throw new VideoException("there is no decoder for " + avcodec_get_name(codecId).getString());
    }
    Decoder decoder = new Decoder(demuxer, limits, avcodec_alloc_context3(codec));
    try {
      decoder.open(codec);
      return decoder;
    } catch (VideoException | RuntimeException e) {
      decoder.close();
      throw e;
    }
  }

  private void open(AVCodec codec) throws VideoException {
    int copied = avcodec_parameters_to_context(context, demuxer.parameters());
    context.thread_count(1);
    // Else pixels that the stream cuts off at the left are kept where memory would be misaligned.
    context.flags(context.flags() | AV_CODEC_FLAG_UNALIGNED);
    context.max_pixels(limits.maxPixels());
    context.pkt_timebase(demuxer.stream().time_base());
    int opened = copied < 0 ? copied : avcodec_open2(context, codec, (AVDictionary) null);
    if (opened < 0) {
      throw new VideoException(
          "its %s stream cannot be decoded: %s"
              .formatted(codec.name().getString(), Ffmpeg.error(opened)));
    }
  }

  /// The frame that [#next] found, valid until the next call.
  AVFrame frame() {
    return frame;
  }

  /// What its conversion depends on. A frame's own statement of how to turn it is the one that
  /// counts; the decoder hands the container's down to frames that have none.
  FrameKind kind() {
    AVFrameSideData matrix = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
    Pose turned =
        matrix == null || matrix.isNull() ? Pose.UPRIGHT : Pose.of(matrix.data(), matrix.size());
    return FrameKind.of(frame, turned.cutting(demuxer.pose().cut()));
  }

  /// A packet to read into while nothing is decoded.
  AVPacket packet() {
    return packet;
  }

  /// When the found frame is shown, in the stream's time base.
  long time() {
    return frame.pts();
  }

  /// Frames found so far.
  long decodedFrames() {
    return frames;
  }

  /// Frames found so far that the decoder calls damaged.
  int damagedFrames() {
    return damagedFrames;
  }

  /// Packets so far that the decoder refused.
  int failedPackets() {
    return failedPackets;
  }

  /// Finds the next frame in the order of display; false at the end.
  boolean next() throws VideoException, IOException {
    return next(Long.MIN_VALUE);
  }

  /// The same, without the frames shown before a time that no other frame is made from.
  ///
  /// @param wantedFrom in the stream's time base
  boolean next(long wantedFrom) throws VideoException, IOException {
    while (true) {
      int received = avcodec_receive_frame(context, frame);
      if (received == 0) {
        limits.checkFrames(++frames);
        limits.checkSize(frame.width(), frame.height());
        damagedFrames += isDamaged(frame) ? 1 : 0;
        return true;
      }
      if (received == AVERROR_EOF()) {
        return false;
      }
      if (received != AVERROR_EAGAIN()) {
        failedPackets++;
      }
      if (draining) {
        if (++drainErrors > MAX_DRAIN_ERRORS) {
          return false;
        }
      } else {
        feed(wantedFrom);
      }
    }
  }

  private void feed(long wantedFrom) throws VideoException, IOException {
    if (!demuxer.next(packet)) {
      draining = true;
      avcodec_send_packet(context, (AVPacket) null);
      return;
    }
    boolean skip = packet.pts() != AV_NOPTS_VALUE && packet.pts() < wantedFrom;
    context.skip_frame(skip ? AVDISCARD_NONREF : AVDISCARD_DEFAULT);
    int sent = avcodec_send_packet(context, packet);
    av_packet_unref(packet);
    if (sent < 0 && sent != AVERROR_EAGAIN()) {
      failedPackets++;
    }
  }

  static boolean isDamaged(AVFrame frame) {
    return frame.decode_error_flags() != 0 || (frame.flags() & AV_FRAME_FLAG_CORRUPT) != 0;
  }

  /// Goes to a key packet's time and forgets what was read.
  ///
  /// @return whether the container can
  boolean seek(long time) {
    avcodec_flush_buffers(context);
    draining = false;
    drainErrors = 0;
    return demuxer.seek(time);
  }

  @Override
  public void close() {
    av_frame_free(frame);
    av_packet_free(packet);
    avcodec_free_context(context);
  }
}
