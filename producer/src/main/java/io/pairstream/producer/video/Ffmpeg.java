package io.pairstream.producer.video;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;
import static org.bytedeco.ffmpeg.global.avutil.av_version_info;

import java.nio.charset.StandardCharsets;

/// FFmpeg as a whole: its version and its error codes.
public final class Ffmpeg {
  private Ffmpeg() {}

  /// Loads the libraries and silences their log, which would go to stderr from anywhere: what
  /// matters comes back as an error code.
  static void load() {
    av_log_set_level(AV_LOG_QUIET);
  }

  /// The version of the libraries, such as `8.1.2`.
  ///
  /// @throws LinkageError if they do not load on this machine
  public static String version() {
    return av_version_info().getString();
  }

  /// What an error code means, such as `Invalid data found when processing input`.
  static String error(int code) {
    byte[] text = new byte[128];
    av_strerror(code, text, text.length);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }
}
