package io.pairstream.watch.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every picture is drawn with room for all that is on it; `-Dpairstream.pictures=DIR` keeps them
/// to look at.
class PicturesTest {
  @TempDir private Path folder = Path.of("");

  private Path file(String name) {
    String kept = System.getProperty("pairstream.pictures");
    return kept == null ? folder.resolve(name) : Path.of(kept).resolve(name);
  }

  /// Nothing touches the border.
  private static void requireMargins(Path file) throws IOException {
    BufferedImage picture = ImageIO.read(file.toFile());
    assertThat(picture).isNotNull();
    int right = picture.getWidth() - 1;
    int bottom = picture.getHeight() - 1;
    for (int inset = 0; inset < 8; inset++) {
      for (int x = 0; x <= right; x++) {
        assertThat(picture.getRGB(x, inset)).isEqualTo(0xFFFFFFFF);
        assertThat(picture.getRGB(x, bottom - inset)).isEqualTo(0xFFFFFFFF);
      }
      for (int y = 0; y <= bottom; y++) {
        assertThat(picture.getRGB(inset, y)).isEqualTo(0xFFFFFFFF);
        assertThat(picture.getRGB(right - inset, y)).isEqualTo(0xFFFFFFFF);
      }
    }
  }

  @Test
  void aComparison() throws IOException {
    Path file = file("comparison.png");
    Comparison comparison =
        new Comparison(
            List.of("without MCA", "with MCA"),
            List.of(
                new Comparison.Row("same colours", List.of(0.953, 0.968)),
                new Comparison.Row("independent colours", List.of(0.317, 0.812)),
                new Comparison.Row("hue turned (mean)", List.of(0.0, 1.0))));
    ComparisonChart.write(
        file,
        "Accuracy on new videos (top-1), mean of seeds 0, 1, 2",
        comparison,
        List.of("In training, 9 clips of 10 have the colour of their class."));
    requireMargins(file);
  }

  @Test
  void accuracyOverTheTurnedHue() throws IOException {
    Path file = file("hue.png");
    TreeMap<Integer, Double> top1 = new TreeMap<>();
    for (int degrees = 0; degrees < 360; degrees += 30) {
      top1.put(degrees, 0.6 + 0.4 * Math.cos(Math.toRadians(degrees)));
    }
    HueChart.write(file, top1);
    requireMargins(file);
  }

  @Test
  void calibration() throws IOException {
    Path file = file("calibration.png");
    List<CalibrationChart.Bar> bars = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      double confidence = (i + 0.5) / 15;
      bars.add(
          i == 0
              ? new CalibrationChart.Bar(0, Double.NaN, Double.NaN)
              : new CalibrationChart.Bar(i * i * i, confidence, confidence * confidence));
    }
    CalibrationChart.write(file, bars, 0.123);
    requireMargins(file);
  }

  @Test
  void confusionOfFewAndOfManyClasses() throws IOException {
    for (int classes : new int[] {1, 8, 174}) {
      Path file = file("confusion-" + classes + ".png");
      List<String> names = new ArrayList<>();
      int[][] counts = new int[classes][classes];
      for (int i = 0; i < classes; i++) {
        names.add(i % 3 == 1 ? "pretending to put something behind something " + i : "class " + i);
        counts[i][i] = 60;
        counts[i][(i + 1) % classes] += 30;
        counts[i][(i + 3) % classes] += 10;
      }
      ConfusionPicture.write(file, names, counts);
      requireMargins(file);
    }
  }

  private static List<PairsPicture.Pair> pairs(int many, int frames, int side) {
    List<PairsPicture.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      byte[] original = new byte[frames * side * side * 3];
      byte[] augmented = new byte[original.length];
      for (int at = 0; at < original.length; at++) {
        int t = at / (side * side * 3);
        int x = at / 3 % side;
        boolean inside = x >= t * side / frames && x < (t + 2) * side / frames;
        original[at] = (byte) (inside ? 255 * (at % 3) / 2 : 40);
        augmented[at] = (byte) (inside ? 255 - 255 * (at % 3) / 2 : 70);
      }
      Shape shape = Shape.of(frames, side, side, 3);
      pairs.add(
          new PairsPicture.Pair(
              "moves right",
              "λ 0.4" + i + ", RGB → BRG, train/moves-right/00" + i + ".mp4",
              new Tensor(DType.U8, shape, java.lang.foreign.MemorySegment.ofArray(original)),
              new Tensor(DType.U8, shape, java.lang.foreign.MemorySegment.ofArray(augmented))));
    }
    return pairs;
  }

  @Test
  void pairsOfTinyAndOfLargeFramesAndOfOneFrame() throws IOException {
    for (int[] size : new int[][] {{8, 40}, {8, 224}, {1, 40}}) {
      Path file = file("pairs-" + size[0] + "-" + size[1] + ".png");
      String title = "run demo, batch 3/99: original above, augmented below";
      PairsPicture.write(file, title, pairs(3, size[0], size[1]));
      requireMargins(file);
    }
  }

  @Test
  void anAnimationShowsEachFrameForAWhileAndBeginsAgain() throws IOException {
    Path file = file("pairs.gif");
    PairsAnimation.write(file, "original left, augmented right", pairs(6, 8, 40));
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      ImageReader reader = ImageIO.getImageReaders(in).next();
      reader.setInput(in);
      assertThat(reader.getNumImages(true)).isEqualTo(8);
      var root = reader.getImageMetadata(3).getAsTree("javax_imageio_gif_image_1.0");
      String text = attributes(root);
      assertThat(text).contains("delayTime=16").contains("disposalMethod=none");
      assertThat(attributes(reader.getImageMetadata(0).getAsTree("javax_imageio_gif_image_1.0")))
          .contains("applicationID=NETSCAPE");
      BufferedImage first = reader.read(0);
      BufferedImage last = reader.read(7);
      assertThat(last.getRGB(18, 60)).isNotEqualTo(first.getRGB(18, 60));
      reader.dispose();
    }
  }

  private static String attributes(org.w3c.dom.Node node) {
    StringBuilder text = new StringBuilder();
    var own = node.getAttributes();
    for (int i = 0; i < own.getLength(); i++) {
      text.append(own.item(i).getNodeName()).append('=').append(own.item(i).getNodeValue());
      text.append(' ');
    }
    for (var child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
      text.append(attributes(child));
    }
    return text.toString();
  }

  @Test
  void aTextThatDoesNotFitEndsWithAnEllipsis() {
    Typeface.Lettering text = Typeface.load().regular(14);
    assertThat(text.brief("short", 100)).isEqualTo("short");
    String brief = text.brief("a text that is far too long for its place", 100);
    assertThat(brief).startsWith("a text").endsWith("…");
    assertThat(text.width(brief)).isLessThanOrEqualTo(100);
  }
}
