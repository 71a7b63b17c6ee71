package io.pairstream.producer.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.producer.dataset.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochOrderTest {
  private static final List<Sample> SAMPLES =
      IntStream.range(0, 103)
          .mapToObj(i -> new Sample("clip" + i, 0, Path.of("x"), -1, 1))
          .toList();

  @Test
  void anEpochShowsEveryClipOnceAndItsLastBatchIsSmaller() {
    List<Sample> shown = clips(0, 0);
    assertThat(shown).containsExactlyInAnyOrderElementsOf(SAMPLES);
    assertThat(EpochOrder.of(0, 0, SAMPLES, 10).batch(10).samples()).hasSize(3);
  }

  @Test
  void orderFollowsFromSeedAndEpochAlone() {
    assertThat(clips(0, 0)).isEqualTo(clips(0, 0));
    assertThat(clips(0, 0)).isNotEqualTo(clips(0, 1));
    assertThat(clips(0, 0)).isNotEqualTo(clips(1, 0));
    assertThat(clips(0, 0)).isNotEqualTo(SAMPLES);
  }

  private static List<Sample> clips(long seed, long epoch) {
    EpochOrder order = EpochOrder.of(seed, epoch, SAMPLES, 10);
    List<Sample> shown = new ArrayList<>();
    for (int batch = 0; batch <= 10; batch++) {
      shown.addAll(order.batch(batch).samples());
    }
    return shown;
  }
}
