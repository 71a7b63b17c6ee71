package io.pairstream.producer.video;

import static org.bytedeco.ffmpeg.avformat.AVStream.AVSTREAM_EVENT_FLAG_NEW_PACKETS;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_DEFAULT;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;

import java.util.OptionalInt;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;

/// Which of a file's video streams is read: the ffmpeg program's choice. That is the one with the
/// most pixels among those that have packets, where a default one counts as much larger, and a
/// cover picture only if there is nothing else.
final class StreamChoice {
  private static final long HAS_PACKETS = 100_000_000;
  private static final long IS_DEFAULT = 5_000_000;

  private StreamChoice() {}

  /// @return the stream's place, or empty if there is no video
  static OptionalInt best(AVFormatContext format) {
    OptionalInt best = OptionalInt.empty();
    long most = 0;
    for (int i = 0; i < format.nb_streams(); i++) {
      long score = score(format.streams(i));
      if (score > most) {
        most = score;
        best = OptionalInt.of(i);
      }
    }
    return best;
  }

  private static long score(AVStream stream) {
    if (stream.codecpar().codec_type() != AVMEDIA_TYPE_VIDEO) {
      return 0;
    }
    if ((stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0) {
      return 1;
    }
    boolean filled = (stream.event_flags() & AVSTREAM_EVENT_FLAG_NEW_PACKETS) != 0;
    boolean usual = (stream.disposition() & AV_DISPOSITION_DEFAULT) != 0;
    return (long) stream.codecpar().width() * stream.codecpar().height()
        + (filled ? HAS_PACKETS : 0)
        + (usual ? IS_DEFAULT : 0);
  }
}
