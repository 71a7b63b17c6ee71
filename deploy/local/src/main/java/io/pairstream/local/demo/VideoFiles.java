package io.pairstream.local.demo;

import io.pairstream.producer.video.VideoWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// Writes drawn clips as H.264 in MP4.
public final class VideoFiles implements ClipSink {
  private static final int FRAMES_PER_SECOND = 16;

  /// Plenty: the task is about colours and small shapes, not about what a codec does to them.
  private static final int BITS_PER_PIXEL = 8;

  private static final VideoWriter.VideoFormat OPTIONS =
      new VideoWriter.VideoFormat(
          VideoWriter.Codec.H264,
          MotionClip.SIZE,
          MotionClip.SIZE,
          FRAMES_PER_SECOND,
          MotionClip.FRAMES,
          (long) MotionClip.SIZE * MotionClip.SIZE * FRAMES_PER_SECOND * BITS_PER_PIXEL);

  @Override
  public void write(Path file, byte[] frames) throws IOException {
    int bytes = MotionClip.SIZE * MotionClip.SIZE * 3;
    try (VideoWriter writer = VideoWriter.open(file, OPTIONS)) {
      for (int at = 0; at < frames.length; at += bytes) {
        writer.write(Arrays.copyOfRange(frames, at, at + bytes));
      }
    }
  }
}
