package io.pairstream.augment.pixel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HueTest {
  private static final int COLOURS = 1 << 24;
  private static final HueKernel PLAIN = new PlainHue();
  private static final HueKernel VECTOR = new VectorHue();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 257, 511, 512, 768, 1101, 1279, 1280, 1281, 1535, -300})
  void theVectorTurnEqualsThePlainOneForEveryColour(int steps) {
    byte[] plain = allColours();
    byte[] fast = plain.clone();
    PLAIN.turn(plain, 0, plain.length, steps);
    VECTOR.turn(fast, 0, fast.length, steps);
    assertThat(java.util.Arrays.mismatch(plain, fast)).isEqualTo(-1);
  }

  @Test
  void theVectorTurnEqualsThePlainOneForEveryDistanceAndTouchesNothingElse() {
    for (int steps = -HueKernel.TURN; steps <= 2 * HueKernel.TURN; steps++) {
      byte[] plain = new byte[3 * 2100 + 7];
      for (int i = 0; i < plain.length; i++) {
        plain[i] = (byte) (i * 167 + (i >> 5) * 31 + steps);
      }
      byte[] fast = plain.clone();
      // More than one block, and for some distances a single pixel.
      int pixels = steps % 2 == 0 ? 2100 : 1 + Math.floorMod(steps, 5);
      PLAIN.turn(plain, 4, 4 + 3 * pixels, steps);
      VECTOR.turn(fast, 4, 4 + 3 * pixels, steps);
      assertThat(java.util.Arrays.mismatch(plain, fast)).as("steps " + steps).isEqualTo(-1);
    }
  }

  /// The textbook's HSV in double: to hue, saturation and value and back.
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 256, 700, 1000, 1535})
  void theSpecificationIsTheExactTurnRoundedToTheNearestLevel(int steps) {
    byte[] all = allColours();
    byte[] turned = all.clone();
    PLAIN.turn(turned, 0, turned.length, steps);
    // An odd stride meets all levels of all channels.
    for (int pixel = 0; pixel < COLOURS; pixel += 37) {
      int i = 3 * pixel;
      double[] hsv = hsv(all[i] & 0xFF, all[i + 1] & 0xFF, all[i + 2] & 0xFF);
      double[] exact = rgb(hsv[0] + (double) steps / HueKernel.TURN, hsv[1], hsv[2]);
      for (int c = 0; c < 3; c++) {
        double gap = Math.abs(exact[c] * 255 - (turned[i + c] & 0xFF));
        if (gap > 0.5 + 1e-9) {
          assertThat(gap).as("colour " + pixel + ", channel " + c).isLessThanOrEqualTo(0.5);
        }
      }
    }
  }

  @Test
  void aThirdOfATurnExchangesChannelsAndAHalfComplementsThem() {
    byte[] colours = {(byte) 200, 30, 90};
    PLAIN.turn(colours, 0, 3, HueKernel.TURN / 3);
    assertThat(colours).containsExactly(90, (byte) 200, 30);
    PLAIN.turn(colours, 0, 3, HueKernel.TURN / 2);
    assertThat(colours).containsExactly((byte) 140, 30, (byte) 200);
  }

  private static byte[] allColours() {
    byte[] rgb = new byte[3 * COLOURS];
    for (int i = 0; i < COLOURS; i++) {
      rgb[3 * i] = (byte) i;
      rgb[3 * i + 1] = (byte) (i >> 8);
      rgb[3 * i + 2] = (byte) (i >> 16);
    }
    return rgb;
  }

  private static double[] hsv(int r, int g, int b) {
    double high = Math.max(r, Math.max(g, b)) / 255.0;
    double low = Math.min(r, Math.min(g, b)) / 255.0;
    double chroma = high - low;
    double degrees = 0;
    if (chroma > 0) {
      if (r / 255.0 == high) {
        degrees = 60 * ((g - b) / 255.0 / chroma);
      } else if (g / 255.0 == high) {
        degrees = 60 * ((b - r) / 255.0 / chroma) + 120;
      } else {
        degrees = 60 * ((r - g) / 255.0 / chroma) + 240;
      }
    }
    return new double[] {degrees / 360, high == 0 ? 0 : chroma / high, high};
  }

  private static double[] rgb(double turns, double saturation, double value) {
    double sixths = (turns - Math.floor(turns)) * 6;
    // Rounding may give a whole turn.
    int sector = Math.min((int) sixths, 5);
    double f = sixths - sector;
    double p = value * (1 - saturation);
    double q = value * (1 - saturation * f);
    double t = value * (1 - saturation * (1 - f));
    return switch (sector) {
      case 0 -> new double[] {value, t, p};
      case 1 -> new double[] {q, value, p};
      case 2 -> new double[] {p, value, t};
      case 3 -> new double[] {p, q, value};
      case 4 -> new double[] {t, p, value};
      default -> new double[] {value, p, q};
    };
  }
}
