package io.pairstream.trainer.mix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import org.junit.jupiter.api.Test;

class MixOptionsTest {
  private static final int BATCHES = 4000;

  @Test
  void aBatchsBlendDependsOnItsNumberAlone() {
    MixOptions options = new MixOptions(0, 0.8, 1, 1, 0.5);
    assertThat(options.draw(random(5), 20, 30)).isEqualTo(options.draw(random(5), 20, 30));
    assertThat(options.draw(random(5), 20, 30)).isNotEqualTo(options.draw(random(6), 20, 30));
  }

  @Test
  void blendsAreAsFrequentAsAskedFor() {
    MixOptions options = new MixOptions(0, 0.8, 1, 0.5, 0.25);
    int none = 0;
    int cut = 0;
    double weights = 0;
    int mixed = 0;
    for (int i = 0; i < BATCHES; i++) {
      switch (options.draw(random(i), 20, 30)) {
        case Blend.None _ -> none++;
        case Blend.CutMix _ -> cut++;
        case Blend.MixUp mixUp -> {
          weights += mixUp.weight();
          mixed++;
        }
      }
    }
    // Five standard deviations of the counts.
    assertThat((double) none / BATCHES).isCloseTo(0.5, within(0.04));
    assertThat((double) cut / BATCHES).isCloseTo(0.125, within(0.027));
    assertThat(weights / mixed).isCloseTo(0.5, within(0.04));
  }

  @Test
  void oneKindAloneIsTheOnlyOneDrawn() {
    for (int i = 0; i < 50; i++) {
      assertThat(new MixOptions(0, 0.2, 0, 1, 1).draw(random(i), 20, 30))
          .isNotInstanceOf(Blend.CutMix.class);
      assertThat(new MixOptions(0, 0, 0.2, 1, 0).draw(random(i), 20, 30))
          .isNotInstanceOf(Blend.MixUp.class);
      assertThat(MixOptions.NONE.draw(random(i), 20, 30)).isInstanceOf(Blend.None.class);
    }
  }

  @Test
  void whatIsNoShareIsRefused() {
    assertThatThrownBy(() -> new MixOptions(1, 0, 0, 1, 0.5))
        .hasMessage("--label-smoothing 1.0 is outside [0,1)");
    assertThatThrownBy(() -> new MixOptions(0, -1, 0, 1, 0.5))
        .hasMessage("--mixup -1.0 is not a number from 0 on");
    assertThatThrownBy(() -> new MixOptions(0, 0, 0, 2, 0.5))
        .hasMessage("--mix-probability 2.0 is outside [0,1]");
  }

  private static CounterRandom random(long batch) {
    return CounterRandom.of(3, new BatchId(0, batch), CounterRandom.WHOLE_BATCH, "mix");
  }
}
