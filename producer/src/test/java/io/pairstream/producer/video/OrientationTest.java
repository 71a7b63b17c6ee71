package io.pairstream.producer.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class OrientationTest {
  /// Two rows of three pixels in rows of ten bytes: 1 2 3 over 4 5 6, each in all three channels.
  private static final byte[] STORED = {
    1, 1, 1, 2, 2, 2, 3, 3, 3, -1, //
    4, 4, 4, 5, 5, 5, 6, 6, 6, -1
  };

  @Test
  void eachMatrixTurnsAsItSays() {
    assertThat(turn(1, 0, 0, 1)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(turn(-1, 0, 0, -1)).containsExactly(6, 5, 4, 3, 2, 1);
    assertThat(turn(-1, 0, 0, 1)).containsExactly(3, 2, 1, 6, 5, 4);
    assertThat(turn(1, 0, 0, -1)).containsExactly(4, 5, 6, 1, 2, 3);
    // Clockwise: the first column, from below, becomes the first row.
    assertThat(turn(0, 1, -1, 0)).containsExactly(4, 1, 5, 2, 6, 3);
    assertThat(turn(0, -1, 1, 0)).containsExactly(3, 6, 2, 5, 1, 4);
    assertThat(turn(0, 1, 1, 0)).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(turn(0, -1, -1, 0)).containsExactly(6, 3, 5, 2, 4, 1);
  }

  @Test
  void aMatrixOfZerosOrOfASlantLeavesTheFrameAlone() {
    assertThat(Orientation.of(new int[9])).isEqualTo(Orientation.UPRIGHT);
    assertThat(Orientation.of(matrix(46_341, 46_341, -46_341, 46_341)))
        .isEqualTo(Orientation.UPRIGHT);
  }

  @Test
  void aMatrixIsNoOrientationUnlessItKeepsTheFrame() {
    assertThatThrownBy(() -> new Orientation(1, 0, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] turn(int a, int b, int c, int d) {
    Orientation orientation = Orientation.of(matrix(a << 16, b << 16, c << 16, d << 16));
    byte[] turned = orientation.turn(MemorySegment.ofArray(STORED), 3, 2, 10);
    byte[] reds = new byte[6];
    for (int i = 0; i < reds.length; i++) {
      assertThat(turned[3 * i + 1]).isEqualTo(turned[3 * i]);
      assertThat(turned[3 * i + 2]).isEqualTo(turned[3 * i]);
      reds[i] = turned[3 * i];
    }
    return reds;
  }

  private static int[] matrix(int a, int b, int c, int d) {
    return new int[] {a, b, 0, c, d, 0, 0, 0, 1 << 30};
  }
}
