package io.pairstream.local.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.testing.Golden;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class HueCurveTest {
  private static final Shape SHAPE = Shape.of(2, 3, 8, 8, 3);

  private static Tensor frames() {
    byte[] pixels = new byte[Math.toIntExact(SHAPE.elements())];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (256 * Golden.uniform("", "hue-curve-test", i));
    }
    return new Tensor(DType.U8, SHAPE, MemorySegment.ofArray(pixels));
  }

  @Test
  void noTurnAndAWholeTurnChangeNothing() {
    for (int degrees : new int[] {0, 360, -360}) {
      assertThat(new HueCurve().turned(frames(), degrees).contentEquals(frames())).isTrue();
    }
  }

  @Test
  void aThirdOfATurnMakesGreenOfRed() {
    Tensor before = frames();
    Tensor after = new HueCurve().turned(before, 120);
    for (int pixel = 0; pixel < SHAPE.elements() / 3; pixel++) {
      for (int c = 0; c < 3; c++) {
        assertThat(at(after, 3 * pixel + (c + 1) % 3)).isEqualTo(at(before, 3 * pixel + c));
      }
    }
    assertThat(before.contentEquals(frames())).as("the clips stay as they were").isTrue();
  }

  private static byte at(Tensor tensor, int index) {
    return tensor.data().get(ValueLayout.JAVA_BYTE, index);
  }

  @Test
  void aCurveHasTheMultiplesOfItsStepBelowAWholeTurn() {
    assertThat(new HueCurve.Angles(0).turned()).isEmpty();
    assertThat(new HueCurve.Angles(90).turned()).containsExactly(90, 180, 270);
    assertThat(new HueCurve.Angles(30).turned()).hasSize(11);
    assertThatThrownBy(() -> new HueCurve.Angles(181))
        .hasMessage("--hue-curve 181 is not from 0 to 180 degrees");
  }

  @Test
  void answersAreCountedByAngle() {
    HueCurve curve = new HueCurve();
    long[] labels = {0, 1};
    curve.add(0, labels, 2, new float[] {1, 0, 1, 0, 0, 1, 0, 1});
    curve.add(120, labels, 2, new float[] {0, 3, 1, 0, 0, 1, 0, 1});
    curve.add(120, labels, 2, new float[] {0, 3, 1, 0, 1, 0, 1, 0});
    assertThat(curve.counts().get(0)).isEqualTo(new HueCurve.Counts(2, 2, 2));
    assertThat(curve.counts().get(120)).isEqualTo(new HueCurve.Counts(4, 1, 4));
    assertThat(HueCurve.turnedMean(curve.counts())).isEqualTo(0.25);
  }
}
