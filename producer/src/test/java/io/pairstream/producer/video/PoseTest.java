package io.pairstream.producer.video;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What each display matrix asks for; that the frames then are the ffmpeg program's is
/// [CombinationsTest]'s to say.
class PoseTest {
  @Test
  void eachMatrixTurnsAsItSays() {
    assertThat(filters(1, 0, 0, 1)).isEmpty();
    assertThat(filters(-1, 0, 0, -1)).isEqualTo("hflip,vflip");
    assertThat(filters(-1, 0, 0, 1)).isEqualTo("hflip");
    assertThat(filters(1, 0, 0, -1)).isEqualTo("vflip");
    assertThat(filters(0, 1, -1, 0)).isEqualTo("transpose=clock");
    assertThat(filters(0, -1, 1, 0)).isEqualTo("transpose=cclock");
    assertThat(filters(0, 1, 1, 0)).isEqualTo("transpose=cclock_flip");
    assertThat(filters(0, -1, -1, 0)).isEqualTo("transpose=clock_flip");
  }

  @Test
  void aQuarterTurnSwapsWidthAndHeight() throws Exception {
    Pose quarter = Pose.of(matrix(0, 1 << 16, -(1 << 16), 0));
    assertThat(new FrameKind(64, 48, 0, 0, 0, 0, 0, quarter).upright())
        .isEqualTo(new FrameKind.Size(48, 64));
  }

  @Test
  void aMatrixOfZerosLeavesTheFrameAlone() {
    assertThat(Pose.of(new int[9])).isEqualTo(Pose.UPRIGHT);
  }

  @Test
  void aSlantTurnsTheFrameInItsSize() {
    Pose slant = Pose.of(matrix(46_341, 46_341, -46_341, 46_341));
    assertThat(slant.graph()).isEqualTo("rotate=45.000000*PI/180");
    assertThat(slant.swapsSides()).isFalse();
  }

  private static String filters(int a, int b, int c, int d) {
    return Pose.of(matrix(a << 16, b << 16, c << 16, d << 16)).graph();
  }

  private static int[] matrix(int a, int b, int c, int d) {
    return new int[] {a, b, 0, c, d, 0, 0, 0, 1 << 30};
  }
}
