package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.cli.Commands;
import io.pairstream.process.JavaCommand;
import io.pairstream.producer.video.VideoWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
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
    try (VideoWriter writer =
        VideoWriter.open(video, VideoWriter.VideoFormat.h264(WIDTH, HEIGHT))) {
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

  @Test
  void theProcessThatAugmentsNeverLoadsFfmpeg() throws Exception {
    Path picture = folder.resolve("other.png");
    Path classes = folder.resolve("classes.txt");
    JavaCommand command = JavaCommand.pairstream();
    List<String> line =
        List.of(
            command.java().toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xlog:class+load:file=" + classes,
            "-cp",
            System.getProperty("java.class.path"),
            command.mainClass(),
            "show",
            "--video=" + video,
            "--pictures=" + picture);
    Process process = new ProcessBuilder(line).inheritIO().start();
    assertThat(process.waitFor()).isZero();
    assertThat(picture).isNotEmptyFile();
    String loaded = Files.readString(classes);
    assertThat(loaded).contains("io.pairstream.augmenter.PairMaker");
    assertThat(loaded).doesNotContain("org.bytedeco.ffmpeg", "io.pairstream.producer.video");
  }

  @Test
  void whatIsNoVideoIsRefusedInTheWordsOfTheProcessThatDecodes() throws IOException {
    Path page = Files.writeString(folder.resolve("page.mp4"), "<html>not found</html>");
    assertThat(refusal("--video", page.toString())).isEqualTo(4);
    assertThat(said.toString()).contains("video '" + page + "': ");
    assertThat(refusal("--video", folder.resolve("missing.mp4").toString())).isEqualTo(2);
    assertThat(said.toString()).contains("there is no video '");
    assertThat(refusal("--video", video.toString(), "--all-augmentations", "--pictures", "a.gif"))
        .isEqualTo(2);
    assertThat(said.toString()).contains("--all-augmentations draws a sheet");
  }

  private int refusal(String... options) {
    CommandLine line = Commands.line(Map.of());
    line.setErr(new PrintWriter(said, true));
    line.setOut(new PrintWriter(said, true));
    List<String> arguments = new ArrayList<>(List.of("show"));
    arguments.addAll(List.of(options));
    return line.execute(arguments.toArray(String[]::new));
  }

  @Test
  void aPictureThatEndsInGifMoves() throws IOException {
    Path animation = folder.resolve("pairs.gif");
    assertThat(refusal("--video", video.toString(), "--frames", "5", "--out", animation.toString()))
        .as(said.toString())
        .isZero();
    try (ImageInputStream in = ImageIO.createImageInputStream(animation.toFile())) {
      ImageReader reader = ImageIO.getImageReaders(in).next();
      reader.setInput(in);
      assertThat(reader.getNumImages(true)).isEqualTo(5);
      reader.dispose();
    }
  }
}
