package io.pairstream.local.pipeline;

import io.pairstream.producer.video.VideoWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A dataset of two classes: bars that move to the left and bars that move to the right.
final class SmallVideos {
  private static final int SIZE = 48;
  private static final int FRAMES = 12;

  private SmallVideos() {}

  /// Draws `train/` and `val/` with `left` and `right` in each.
  static Path draw(Path folder, int training, int validation) throws IOException {
    for (String label : new String[] {"left", "right"}) {
      int direction = label.equals("left") ? -1 : 1;
      for (int i = 0; i < training; i++) {
        video(folder.resolve("train").resolve(label), i, direction);
      }
      for (int i = 0; i < validation; i++) {
        video(folder.resolve("val").resolve(label), 1000 + i, direction);
      }
    }
    return folder;
  }

  private static void video(Path folder, int number, int direction) throws IOException {
    Files.createDirectories(folder);
    byte[] frame = new byte[SIZE * SIZE * 3];
    Path file = folder.resolve("clip-%04d.mp4".formatted(number));
    try (VideoWriter writer = VideoWriter.open(file, VideoWriter.VideoFormat.h264(SIZE, SIZE))) {
      for (int t = 0; t < FRAMES; t++) {
        for (int i = 0; i < frame.length; i++) {
          int x = i / 3 % SIZE;
          int place = Math.floorMod(x - direction * 2 * t + 7 * number, 16);
          int colour = (number * 53 + i % 3 * 90) % 200;
          frame[i] = (byte) (place < 6 ? 40 + colour : 30);
        }
        writer.write(frame);
      }
    }
  }
}
