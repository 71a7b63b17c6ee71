package io.pairstream.producer.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.testing.Golden;
import java.util.Arrays;
import java.util.PrimitiveIterator;
import org.junit.jupiter.api.Test;

class FrameSamplingTest {
  private static final JsonNode GOLDEN = Golden.read("vectors/sampling_2d.json");

  @Test
  void validationTakesTheReferencesFrames() {
    assertThat(GOLDEN.get("val")).isNotEmpty();
    for (JsonNode one : GOLDEN.get("val")) {
      int segments = one.get(0).intValue();
      int frames = one.get(1).intValue();
      assertThat(fromOne(FrameSampling.TSN.validation(frames, segments)))
          .as("%d segments of %d frames", segments, frames)
          .isEqualTo(Golden.ints(one.get(2)));
    }
  }

  @Test
  void evenSamplingTakesTheFramesOfTheReferencesTestMode() {
    assertThat(GOLDEN.get("test")).isNotEmpty();
    for (JsonNode one : GOLDEN.get("test")) {
      int segments = one.get(0).intValue();
      int frames = one.get(1).intValue();
      int[] golden = Golden.ints(one.get(2));
      assertThat(fromOne(FrameSampling.EVEN.validation(frames, segments))).isEqualTo(golden);
      if (frames < segments) {
        CounterRandom random = CounterRandom.of(0, new BatchId(0, 0), 0, "sampling");
        assertThat(fromOne(FrameSampling.EVEN.training(frames, segments, random)))
            .isEqualTo(golden);
      }
    }
  }

  @Test
  void trainingTakesTheReferencesFramesWhenItDrawsTheReferencesNumbers() {
    assertThat(GOLDEN.get("train")).isNotEmpty();
    for (JsonNode one : GOLDEN.get("train")) {
      JsonNode draws = one.get("draws");
      int[] values = draws.isEmpty() ? new int[0] : Golden.ints(draws.get(0).get("values"));
      PrimitiveIterator.OfInt next = Arrays.stream(values).iterator();
      int[] index =
          FrameSampling.TSN.training(
              one.get("n").intValue(),
              one.get("S").intValue(),
              bound -> {
                assertThat(bound).isEqualTo(draws.get(0).get("exclusive_high").intValue());
                return next.nextInt();
              });
      assertThat(fromOne(index)).as("%s", one).isEqualTo(Golden.ints(one.get("frames")));
      assertThat(next.hasNext()).isFalse();
    }
  }

  @Test
  void trainingDrawsEachFrameOfASegmentAboutEquallyOften() {
    int[] drawn = new int[20];
    for (int clip = 0; clip < 4_000; clip++) {
      CounterRandom random = CounterRandom.of(7, new BatchId(0, 0), clip, "sampling");
      for (int index : FrameSampling.TSN.training(23, 4, random)) {
        drawn[index]++;
      }
    }
    for (int times : drawn) {
      assertThat(times).isBetween(650, 950);
    }
  }

  @Test
  void aVideoWithoutFramesIsNoVideo() {
    assertThatThrownBy(() -> FrameSampling.TSN.validation(0, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("8 segments of 0 frames");
  }

  @Test
  void everyRuleReadsItsOwnName() {
    for (FrameSampling sampling : FrameSampling.values()) {
      assertThat(FrameSampling.parse(sampling.text())).isEqualTo(sampling);
    }
    assertThatThrownBy(() -> FrameSampling.parse("dense")).hasMessageContaining("'dense'");
  }

  private static int[] fromOne(int[] index) {
    return Arrays.stream(index).map(i -> i + 1).toArray();
  }
}
