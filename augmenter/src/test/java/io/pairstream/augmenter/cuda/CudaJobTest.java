package io.pairstream.augmenter.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.clip.Normalization;
import io.pairstream.kernel.MixFormat;
import io.pairstream.kernel.MixWeights;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaJobTest {
  @ParameterizedTest
  @CsvSource({"64, 100, 4096", "7, 5000, 4096", "1, 1, 4096", "3, 1365, 4096", "2, 100000, 100"})
  void chunksHoldEveryPixelOnceAndInOrder(long groups, long pixels, long bytes) {
    long group = 0;
    long pixel = 0;
    for (CudaJob.Chunk chunk : job(groups, pixels).chunks(bytes)) {
      assertThat(chunk.firstGroup()).isEqualTo(group);
      assertThat(chunk.firstPixel()).isEqualTo(pixel);
      boolean whole = chunk.pixels() == pixels;
      assertThat(whole || chunk.groups() == 1).isTrue();
      // No more than asked for, but a tile at least.
      assertThat(chunk.groups() * chunk.pixels() * 3L)
          .isLessThanOrEqualTo(Math.max(bytes, 512 * 3));
      pixel = (pixel + chunk.pixels()) % pixels;
      group += pixel == 0 ? chunk.groups() : 0;
    }
    assertThat(List.of(group, pixel)).containsExactly(groups, 0L);
  }

  private static CudaJob job(long groups, long pixels) {
    return new CudaJob(
        MixWeights.normalise((int) groups, Normalization.IMAGENET),
        MixFormat.F16,
        groups,
        pixels,
        1,
        MemorySegment.NULL,
        MemorySegment.NULL);
  }
}
