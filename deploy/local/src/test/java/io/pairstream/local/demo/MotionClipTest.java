package io.pairstream.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import java.awt.Color;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MotionClipTest {
  private static final int CLIPS = 60;
  private static final int FRAME = MotionClip.SIZE * MotionClip.SIZE * 3;

  private static byte[] draw(Motion motion, long number) {
    return MotionClip.draw(motion, 1, CounterRandom.of(7, new BatchId(0, 0), number, "test"));
  }

  @Test
  void theSameSeedDrawsTheSameBytes() {
    assertThat(draw(Motion.GROW, 3)).isEqualTo(draw(Motion.GROW, 3));
    assertThat(draw(Motion.GROW, 3)).isNotEqualTo(draw(Motion.GROW, 4));
  }

  @Test
  void aShapeMovesTheWayThatItsClassSays() {
    assertThat(clipsThatMoveBy(Motion.RIGHT, 1, 0)).isGreaterThan(CLIPS * 9 / 10);
    assertThat(clipsThatMoveBy(Motion.LEFT, -1, 0)).isGreaterThan(CLIPS * 9 / 10);
    assertThat(clipsThatMoveBy(Motion.DOWN, 0, 1)).isGreaterThan(CLIPS * 9 / 10);
    assertThat(clipsThatMoveBy(Motion.UP, 0, -1)).isGreaterThan(CLIPS * 9 / 10);
  }

  /// In how many clips the later frame is more like the earlier one moved this way than moved the
  /// other way.
  private static int clipsThatMoveBy(Motion motion, int signX, int signY) {
    int moved = 0;
    for (long number = 0; number < CLIPS; number++) {
      byte[] frames = draw(motion, number);
      // A third of the clip: shapes slide by 1.2 to 2.5 × 1.5 pixels each half frame.
      int apart = 5;
      int step = 6;
      int there = difference(frames, apart, step * signX, step * signY);
      int back = difference(frames, apart, -step * signX, -step * signY);
      if (there < back) {
        moved++;
      }
    }
    return moved;
  }

  /// Summed difference of two frames about the middle, the earlier one moved by (dx,dy).
  private static int difference(byte[] frames, int apart, int dx, int dy) {
    int from = (MotionClip.FRAMES - apart) / 2 * FRAME;
    int to = from + apart * FRAME;
    int sum = 0;
    for (int y = 8; y < MotionClip.SIZE - 8; y++) {
      for (int x = 8; x < MotionClip.SIZE - 8; x++) {
        for (int c = 0; c < 3; c++) {
          int before = frames[from + ((y - dy) * MotionClip.SIZE + x - dx) * 3 + c] & 0xFF;
          int after = frames[to + (y * MotionClip.SIZE + x) * 3 + c] & 0xFF;
          sum += Math.abs(after - before);
        }
      }
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.25, 1 / 3.0, 0.5, 0.77, 0.999, 1.25, -0.25})
  void coloursAreThoseOfTheHsvCone(double hue) {
    Color expected = Color.getHSBColor((float) hue, 0.7f, 0.9f);
    double[] rgb = Hue.rgb(hue, 0.7, 0.9);
    assertThat(rgb[0] * 255).isCloseTo(expected.getRed(), within(0.6));
    assertThat(rgb[1] * 255).isCloseTo(expected.getGreen(), within(0.6));
    assertThat(rgb[2] * 255).isCloseTo(expected.getBlue(), within(0.6));
  }

  @Test
  void turningAllTheWayGivesTheSameColours() {
    byte[] frames = draw(Motion.UP, 1);
    byte[] turned = Hue.rotated(frames, 360);
    for (int i = 0; i < frames.length; i++) {
      assertThat(turned[i] & 0xFF).isCloseTo(frames[i] & 0xFF, within(2));
    }
  }

  @Test
  void turningByAThirdMakesRedBlue() {
    byte[] red = {(byte) 160, 20, 20};
    byte[] turned = Hue.rotated(red, 120);
    assertThat(turned[2] & 0xFF).isGreaterThan(2 * (turned[0] & 0xFF));
    assertThat(turned[2] & 0xFF).isGreaterThan(2 * (turned[1] & 0xFF));
  }
}
