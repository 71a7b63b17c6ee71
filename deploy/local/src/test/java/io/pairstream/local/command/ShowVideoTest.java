package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.cli.Commands;
import io.pairstream.producer.video.VideoWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Pictures of what augmentations make of a video, without a broker.
class ShowVideoTest {
  private static final int WIDTH = 96;
  private static final int HEIGHT = 80;

  @TempDir private Path folder = Path.of("");
  private Path video = Path.of("");
  private final StringWriter said = new StringWriter();

  @BeforeEach
  void drawVideo() throws IOException {
    video = folder.resolve("red.mp4");
    byte[] frame = new byte[WIDTH * HEIGHT * 3];
    for (int i = 0; i < frame.length; i += 3) {
      frame[i] = (byte) 200;
    }
    try (VideoWriter writer = VideoWriter.open(video, VideoWriter.Options.h264(WIDTH, HEIGHT))) {
      for (int t = 0; t < 12; t++) {
        writer.write(frame);
      }
    }
  }

  private BufferedImage show(String... options) throws IOException {
    Path picture = folder.resolve("pairs.png");
    String[] arguments = new String[options.length + 5];
    System.arraycopy(
        new String[] {"show", "--video", video.toString(), "--out", picture.toString()},
        0,
        arguments,
        0,
        5);
    System.arraycopy(options, 0, arguments, 5, options.length);
    CommandLine line = Commands.line(Map.of());
    line.setErr(new PrintWriter(said, true));
    line.setOut(new PrintWriter(said, true));
    assertThat(line.execute(arguments)).as(said.toString()).isZero();
    return ImageIO.read(picture.toFile());
  }

  @Test
  void theOriginalIsAboveAndTheAugmentedBelow() throws IOException {
    BufferedImage picture =
        show("--augmentation", "base:identity|grayscale", "--clips", "1", "--frames", "3");
    assertThat(said.toString()).contains("grayscale(p=1): ");
    int x = 16 + WIDTH / 2;
    int reds = 0;
    int greys = 0;
    boolean redFirst = false;
    for (int y = 0; y < picture.getHeight(); y++) {
      int rgb = picture.getRGB(x, y);
      int red = rgb >> 16 & 0xFF;
      int green = rgb >> 8 & 0xFF;
      if (red > 180 && green < 30) {
        reds++;
        redFirst |= greys == 0;
      } else if (Math.abs(red - 60) < 8 && Math.abs(red - green) < 2) {
        // The luma of the red.
        greys++;
      }
    }
    assertThat(redFirst).isTrue();
    assertThat(reds).isBetween(HEIGHT - 4, HEIGHT + 4);
    assertThat(greys).isBetween(HEIGHT - 4, HEIGHT + 8);
  }

  @Test
  void aSheetShowsEveryKnownAugmentation() throws IOException {
    BufferedImage picture = show("--all-augmentations");
    assertThat(said.toString()).contains(" augmentations: ");
    // Twelve strips of four frames in two columns.
    assertThat(picture.getWidth()).isGreaterThan(2 * 4 * WIDTH);
    assertThat(picture.getHeight()).isGreaterThan(6 * HEIGHT);
  }
}
