package io.pairstream.augment.pixel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlurTest {
  @ParameterizedTest
  @CsvSource({"0.1,9,7", "0.8,9,7", "2,31,20", "5,31,20", "50,6,9", "1,1,9", "1,1,1"})
  void eachValueIsTheWeightedMeanOfItsMirroredSurroundings(double sigma, int height, int width) {
    byte[] before = new byte[2 * height * width * 3];
    for (int i = 0; i < before.length; i++) {
      before[i] = (byte) (i * 97 + (i >> 3) * 41);
    }
    ClipPixels clip = new ClipPixels(before.clone(), 0, 2, height, width);
    Blur.gaussian(clip, sigma, new Workspace());
    for (int t = 0; t < 2; t++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          for (int c = 0; c < 3; c++) {
            int i = ((t * height + y) * width + x) * 3 + c;
            double exact =
                mean(new ClipPixels(before, 0, 2, height, width), clip.frame(t) + c, sigma, y, x);
            assertThat((double) (clip.data()[i] & 0xFF)).isCloseTo(exact, within(0.5 + 1e-3));
          }
        }
      }
    }
  }

  @Test
  void aPictureOfOneColourStays() {
    byte[] grey = new byte[20 * 20 * 3];
    java.util.Arrays.fill(grey, (byte) 255);
    ClipPixels clip = new ClipPixels(grey.clone(), 0, 1, 20, 20);
    Blur.gaussian(clip, 1.7, new Workspace());
    assertThat(clip.data()).isEqualTo(grey);
  }

  /// In two dimensions at once, in double.
  ///
  /// @param from the channel of the frame's first pixel
  private static double mean(ClipPixels clip, int from, double sigma, int y, int x) {
    int height = clip.height();
    int width = clip.width();
    int radius = Math.min((int) Math.ceil(3 * sigma), Math.min(height, width) - 1);
    double sum = 0;
    double weights = 0;
    for (int dy = -radius; dy <= radius; dy++) {
      for (int dx = -radius; dx <= radius; dx++) {
        double weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
        int row = mirrored(y + dy, height);
        int column = mirrored(x + dx, width);
        sum += weight * (clip.data()[from + (row * width + column) * 3] & 0xFF);
        weights += weight;
      }
    }
    return sum / weights;
  }

  private static int mirrored(int i, int length) {
    int positive = Math.abs(i);
    return positive >= length ? 2 * length - 2 - positive : positive;
  }
}
