package io.pairstream.producer.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoWriterTest {
  @TempDir Path folder;

  @Test
  void whatWasWrittenIsReadBackAlmostAsItWas() throws Exception {
    for (String name : List.of("a.mp4", "b.avi", "c.mkv")) {
      for (VideoWriter.Codec codec : VideoWriter.Codec.values()) {
        VideoWriter.VideoFormat options =
            new VideoWriter.VideoFormat(codec, 40, 48, 12, 6, 400_000);
        Path file = write(folder.resolve(name), options, 17);
        List<byte[]> frames = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(file, VideoReader.ReadingOptions.DEFAULT)) {
          SampledFrames read =
              reader.sample(
                  n -> java.util.stream.IntStream.range(0, n).toArray(),
                  (_, frame) -> {
                    byte[] pixels = new byte[frame.bytes()];
                    frame.copyTo(pixels, 0);
                    frames.add(pixels);
                  },
                  OptionalInt.empty());
          assertThat(read.frames()).as("%s %s", name, codec).isEqualTo(17);
          assertThat(read.damage()).isEmpty();
        }
        for (int i = 0; i < 17; i++) {
          assertThat(meanDifference(frames.get(i), picture(options, i)))
              .as("frame %d of %s %s", i, name, codec)
              .isLessThan(6);
        }
      }
    }
  }

  @Test
  void theSameFramesGiveTheSameBytes() throws Exception {
    Path first = write(folder.resolve("first.mp4"), VideoWriter.VideoFormat.h264(64, 48), 30);
    Path second = write(folder.resolve("second.mp4"), VideoWriter.VideoFormat.h264(64, 48), 30);
    assertThat(first).hasSameBinaryContentAs(second);
  }

  @Test
  void whatCannotBeWrittenIsNamed() {
    Path nowhere = folder.resolve("no/such/folder/x.mp4");
    assertThatThrownBy(() -> VideoWriter.open(nowhere, VideoWriter.VideoFormat.h264(64, 48)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(nowhere.toString());
    Path ending = folder.resolve("x.unknown");
    assertThatThrownBy(() -> VideoWriter.open(ending, VideoWriter.VideoFormat.h264(64, 48)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(ending.toString());
    assertThatThrownBy(() -> VideoWriter.VideoFormat.h264(63, 48))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Files.exists(ending)).isFalse();
  }

  private static Path write(Path file, VideoWriter.VideoFormat options, int frames)
      throws IOException {
    try (VideoWriter writer = VideoWriter.open(file, options)) {
      for (int i = 0; i < frames; i++) {
        writer.write(picture(options, i));
      }
    }
    return file;
  }

  /// A bright square that moves over a slope of colour.
  private static byte[] picture(VideoWriter.VideoFormat options, int time) {
    byte[] rgb = new byte[options.width() * options.height() * 3];
    for (int y = 0; y < options.height(); y++) {
      for (int x = 0; x < options.width(); x++) {
        boolean inside = Math.abs(x - 8 - time) < 6 && Math.abs(y - 20) < 6;
        int at = (y * options.width() + x) * 3;
        rgb[at] = (byte) (inside ? 250 : 2 * x);
        rgb[at + 1] = (byte) (inside ? 240 : 3 * y);
        rgb[at + 2] = (byte) (inside ? 30 : 90);
      }
    }
    return rgb;
  }

  private static double meanDifference(byte[] a, byte[] b) {
    assertThat(a).hasSameSizeAs(b);
    long sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((a[i] & 0xFF) - (b[i] & 0xFF));
    }
    return (double) sum / a.length;
  }
}
