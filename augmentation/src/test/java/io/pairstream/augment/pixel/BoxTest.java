package io.pairstream.augment.pixel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BoxTest {
  @Test
  void theBoxAndNothingElseIsFilledInEveryFrame() {
    ClipPixels clip = new ClipPixels(new byte[2 * 5 * 6 * 3], 0, 2, 5, 6);
    new Box(2, 1, 3, 4).fill(clip, 200);
    for (int i = 0; i < clip.bytes(); i++) {
      int x = i / 3 % 6;
      int y = i / 18 % 5;
      boolean inside = x >= 2 && x < 5 && y >= 1;
      assertThat(clip.data()[i]).as(x + "," + y).isEqualTo((byte) (inside ? 200 : 0));
    }
  }

  @Test
  void noiseIsDrawnInEveryFrameAnew() {
    ClipPixels clip = new ClipPixels(new byte[2 * 4 * 4 * 3], 0, 2, 4, 4);
    long[] draws = {0};
    new Box(0, 0, 4, 4).noise(clip, () -> ++draws[0] * 0x0102030405060708L);
    assertThat(draws[0]).isEqualTo(2 * 4 * 4 * 3 / 8);
    assertThat(clip.data()).startsWith(8, 7, 6, 5, 4, 3, 2, 1, 16, 14);
  }

  @Test
  void aSquareIsCutAtTheEdges() {
    ClipPixels clip = new ClipPixels(new byte[10 * 20 * 3], 0, 1, 10, 20);
    assertThat(Box.clipped(10, 5, 4, clip)).isEqualTo(new Box(8, 3, 4, 4));
    assertThat(Box.clipped(0, 0, 5, clip)).isEqualTo(new Box(0, 0, 3, 3));
    assertThat(Box.clipped(19, 9, 5, clip)).isEqualTo(new Box(17, 7, 3, 3));
    assertThat(Box.clipped(3, 3, 40, clip)).isEqualTo(new Box(0, 0, 20, 10));
  }

  @Test
  void aClipLiesInsideItsArray() {
    assertThatThrownBy(() -> new ClipPixels(new byte[11], 0, 1, 2, 2))
        .hasMessageContaining("no clip [1,2,2,3] at 0 of 11 bytes");
  }
}
