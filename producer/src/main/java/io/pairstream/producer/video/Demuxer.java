package io.pairstream.producer.video;

import static org.bytedeco.ffmpeg.avformat.AVIndexEntry.AVINDEX_DISCARD_FRAME;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AV1;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MPEG4;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP8;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP9;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_FRAME_CROPPING;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_READ;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FLAG_BACKWARD;
import static org.bytedeco.ffmpeg.global.avformat.av_probe_input_buffer2;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_seek_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entries_count;
import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entry;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open2;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.PointerPointer;

/// A video file cut into the packets of its best video stream.
final class Demuxer implements AutoCloseable {
  /// FFmpeg's names for the containers that are read: those of videos. Playlists and other formats
  /// that name further files are not among them, nor are single images.
  private static final Set<String> CONTAINERS =
      Set.of(
          ("mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,flv,live_flv,asf,ogg,"
                  + "ivf,h261,h263,h264,hevc,vvc,vc1,obu,av1,dirac,cavsvideo,dnxhd,mjpeg,mjpeg_2000,"
                  + "gif,apng,yuv4mpegpipe,rm,dv,mxf,gxf,nut,nsv,wtv,swf,smjpeg,mpjpeg,"
                  + "roq,nuv,lvf,ivr,pva")
              .split(","));

  private static final String JPEG_PIPE = "jpeg_pipe";
  private static final String MP4 = "mov,mp4,m4a,3gp,3g2,mj2";
  private static final String AVI = "avi";
  private static final String MATROSKA = "matroska,webm";

  /// Containers that give each frame one packet with its own time, where the codec plays along.
  private static final Set<String> ONE_FRAME_A_PACKET = Set.of(MP4, MATROSKA);

  /// A start code and a head that says "not coded" (ISO/IEC 14496-2, section 6.2.5); the smallest
  /// picture is larger.
  private static final int MPEG4_PLACEHOLDER_BYTES = 8;

  private static final Set<Integer> SHOWS_EVERY_PACKET =
      Set.of(
          AV_CODEC_ID_H264,
          AV_CODEC_ID_HEVC,
          AV_CODEC_ID_VP8,
          AV_CODEC_ID_VP9,
          AV_CODEC_ID_AV1,
          AV_CODEC_ID_MJPEG);

  private final Path file;
  private final VideoLimits limits;
  private final AVIOContext io = new AVIOContext(null);
  private final AVFormatContext format = avformat_alloc_context();
  private AVStream stream = new AVStream(null);
  private Pose pose = Pose.UPRIGHT;
  private long announced;
  private int placeholders;
  private long packets;
  private boolean endedEarly;

  private Demuxer(Path file, VideoLimits limits) {
    this.file = file;
    this.limits = limits;
  }

  /// Opens a file.
  ///
  /// @throws VideoException if it is no video, or over a limit
  /// @throws IOException if it cannot be read
  static Demuxer open(Path file, VideoLimits limits) throws VideoException, IOException {
    Ffmpeg.load();
    Demuxer demuxer = new Demuxer(file, limits);
    try {
      demuxer.open();
      return demuxer;
    } catch (VideoException | IOException | RuntimeException e) {
      demuxer.close();
      throw e;
    }
  }

  private void open() throws VideoException, IOException {
    // Own I/O, so that a failing disk can be told from bad bytes.
    String url = "file:" + file;
    int opened = avio_open2(io, url, AVIO_FLAG_READ, (AVIOInterruptCB) null, (AVDictionary) null);
    if (opened < 0) {
      throw new IOException("video %s cannot be read: %s".formatted(file, Ffmpeg.error(opened)));
    }
    AVInputFormat container = probe(url);
    format.pb(io);
    AVDictionary options = new AVDictionary(null);
    // For what a container opens in turn.
    av_dict_set(options, "format_whitelist", String.join(",", CONTAINERS) + "," + JPEG_PIPE, 0);
    av_dict_set(options, "protocol_whitelist", "file", 0);
    int read = avformat_open_input(format, url, container, options);
    av_dict_free(options);
    if (read < 0) {
      throw failure("it is not a video", read);
    }
    int probed = avformat_find_stream_info(format, (PointerPointer<?>) null);
    if (probed < 0) {
      throw failure("its streams cannot be read", probed);
    }
    int best = StreamChoice.best(format).orElse(-1);
    if (best < 0) {
      throw new VideoException("it has no video stream");
    }
    stream = format.streams(best);
    for (int i = 0; i < format.nb_streams(); i++) {
      if (i != best) {
        format.streams(i).discard(org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL);
      }
    }
    limits.checkSize(parameters().width(), parameters().height());
    pose = statedPose();
    announced = announce();
  }

  /// Looks at the first bytes.
  ///
  /// @return their container, which is one of those that are read
  private AVInputFormat probe(String url) throws VideoException, IOException {
    AVInputFormat container = new AVInputFormat(null);
    int probed = av_probe_input_buffer2(io, container, url, null, 0, 0);
    if (probed < 0) {
      throw failure("it is not a video", probed);
    }
    String name = container.name().getString();
    if (Collections.disjoint(CONTAINERS, List.of(name.split(","))) && !isMotionJpeg(name)) {
      throw new VideoException(
          "it is not a video in a container that is read, but %s (%s)"
              .formatted(name, container.long_name().getString()));
    }
    return container;
  }

  /// FFmpeg takes a sequence of large images for a single one by its first bytes, and reads it as
  /// what it is all the same.
  private boolean isMotionJpeg(String container) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return container.equals(JPEG_PIPE) && (name.endsWith(".mjpeg") || name.endsWith(".mjpg"));
  }

  AVCodecParameters parameters() {
    return stream.codecpar();
  }

  AVStream stream() {
    return stream;
  }

  /// How many frames the container says that it shows, or 0.
  long announcedFrames() {
    return announced;
  }

  /// What the container states, without what its index says is never shown: in MP4 the frames that
  /// an edit list hides, which only serve others, and in AVI the empty packets in place of dropped
  /// frames, which the index passes over.
  private long announce() {
    long stated = stream.nb_frames();
    int indexed = avformat_index_get_entries_count(stream);
    if (stated <= 0 || indexed == 0) {
      return stated;
    }
    if (container().equals(AVI)) {
      return stated > indexed ? stated - emptyInAvi(stated, indexed) : stated;
    }
    if (!container().equals(MP4)) {
      return stated;
    }
    long shown = 0;
    for (int i = 0; i < indexed; i++) {
      shown += (avformat_index_get_entry(stream, i).flags() & AVINDEX_DISCARD_FRAME) == 0 ? 1 : 0;
    }
    return shown;
  }

  /// Places in the index that hold no packet, among them those after the last one if they are no
  /// more than lie between others: what is missing beyond that is missing.
  private long emptyInAvi(long stated, int indexed) {
    long last = -1;
    long widest = 1;
    for (int i = 0; i < indexed; i++) {
      long place = avformat_index_get_entry(stream, i).timestamp();
      widest = Math.max(widest, place - last);
      last = place;
    }
    return stated - last <= widest ? stated - indexed : Math.max(0, last + 1 - indexed);
  }

  private String container() {
    return format.iformat().name().getString();
  }

  /// Packets read so far that are too small for a picture: MPEG-4 has them in place of a dropped
  /// frame, or of one that came with the packet before.
  int placeholders() {
    return placeholders;
  }

  /// Whether reading stopped before the file's proper end.
  boolean endedEarly() throws IOException {
    return endedEarly
        || container().equals(MATROSKA)
            && MatroskaLength.announced(file).orElse(0) > Files.size(file);
  }

  /// How the container says that frames come upright.
  Pose pose() {
    return pose;
  }

  private Pose statedPose() {
    Pose turned = Pose.UPRIGHT;
    Pose.Cut cut = Pose.Cut.NOTHING;
    for (int i = 0; i < parameters().nb_coded_side_data(); i++) {
      AVPacketSideData data = parameters().coded_side_data().getPointer(i);
      if (data.type() == AV_PKT_DATA_DISPLAYMATRIX) {
        turned = Pose.of(data.data(), data.size());
      } else if (data.type() == AV_PKT_DATA_FRAME_CROPPING) {
        cut = Pose.Cut.of(data.data(), data.size());
      }
    }
    return turned.cutting(cut);
  }

  /// What the container says of its frames.
  FrameKind stated() {
    AVCodecParameters stated = parameters();
    return new FrameKind(
        stated.width(),
        stated.height(),
        stated.format(),
        stated.color_space(),
        stated.color_range(),
        stated.color_primaries(),
        stated.color_trc(),
        pose);
  }

  /// Reads the next packet of the video stream; false at the end of what can be read.
  boolean next(AVPacket packet) throws VideoException, IOException {
    while (true) {
      int read = av_read_frame(format, packet);
      if (read < 0) {
        if (io.error() < 0 && io.error() != AVERROR_EOF()) {
          throw new IOException(
              "video %s cannot be read: %s".formatted(file, Ffmpeg.error(io.error())));
        }
        endedEarly = read != AVERROR_EOF();
        return false;
      }
      if (packet.stream_index() == stream.index()) {
        limits.checkPackets(++packets);
        boolean mpeg4 = parameters().codec_id() == AV_CODEC_ID_MPEG4;
        placeholders += mpeg4 && packet.size() <= MPEG4_PLACEHOLDER_BYTES ? 1 : 0;
        return true;
      }
      av_packet_unref(packet);
    }
  }

  /// Goes to the packet shown at a time, which must be a key packet's.
  ///
  /// @return whether the container can
  boolean seek(long time) {
    packets = 0;
    return av_seek_frame(format, stream.index(), time, AVSEEK_FLAG_BACKWARD) >= 0;
  }

  /// Whether this container and codec give every frame a packet with its own time, so that [#index]
  /// is worth reading.
  boolean mayGiveOneFrameAPacket() {
    return ONE_FRAME_A_PACKET.contains(container())
        && SHOWS_EVERY_PACKET.contains(parameters().codec_id());
  }

  /// Reads all packets to the end.
  PacketIndex index(AVPacket packet) throws VideoException, IOException {
    boolean exact = mayGiveOneFrameAPacket();
    long[] times = new long[256];
    long[] keys = new long[16];
    int count = 0;
    int keyCount = 0;
    long first = AV_NOPTS_VALUE;
    boolean started = false;
    while (next(packet)) {
      long time = packet.pts();
      boolean key = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
      exact &= time != AV_NOPTS_VALUE && isShownWhole(packet) && (started || key);
      first = started ? first : time;
      started = true;
      if ((packet.flags() & AV_PKT_FLAG_DISCARD) == 0) {
        times = count == times.length ? Arrays.copyOf(times, 2 * count) : times;
        times[count++] = time;
      }
      if (key) {
        keys = keyCount == keys.length ? Arrays.copyOf(keys, 2 * keyCount) : keys;
        keys[keyCount++] = time;
      }
      av_packet_unref(packet);
    }
    limits.checkFrames(count);
    long[] sorted = Arrays.copyOf(times, count);
    Arrays.sort(sorted);
    long[] sortedKeys = Arrays.copyOf(keys, keyCount);
    Arrays.sort(sortedKeys);
    // Frames shown before the first key packet may be undecodable, and are then never shown.
    exact &= count > 0 && !endedEarly && first <= sorted[0];
    for (int i = 1; i < count; i++) {
      exact &= sorted[i - 1] != sorted[i];
    }
    return new PacketIndex(sorted, sortedKeys, exact);
  }

  private boolean isShownWhole(AVPacket packet) {
    boolean whole = (packet.flags() & AV_PKT_FLAG_CORRUPT) == 0;
    if (parameters().codec_id() != AV_CODEC_ID_VP8) {
      return whole;
    }
    // RFC 6386, section 9.1: a frame with show_frame = 0 only serves others.
    return whole && packet.size() > 0 && (packet.data().get(0) & 0x10) != 0;
  }

  /// Bad bytes, unless it was the disk.
  private VideoException failure(String what, int code) throws IOException {
    if (io.error() < 0 && io.error() != AVERROR_EOF()) {
      throw new IOException(
          "video %s cannot be read: %s".formatted(file, Ffmpeg.error(io.error())));
    }
    return new VideoException("%s: %s".formatted(what, Ffmpeg.error(code)));
  }

  @Override
  public void close() {
    if (!format.isNull()) {
      avformat_close_input(format);
    }
    if (!io.isNull()) {
      avio_closep(io);
    }
  }
}
