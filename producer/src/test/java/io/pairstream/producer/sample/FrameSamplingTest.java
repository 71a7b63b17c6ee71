package io.pairstream.producer.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.testing.Golden;
import io.pairstream.testing.Require;
import java.util.Arrays;
import java.util.PrimitiveIterator;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FrameSamplingTest {

  @Test
  void validationTakesTheReferencesFrames() {
    assertThat(golden2d().get("val")).isNotEmpty();
    for (JsonNode one : golden2d().get("val")) {
      int segments = one.get(0).intValue();
      int frames = one.get(1).intValue();
      assertThat(fromOne(FrameSampling.TSN.validation(frames, segments)))
          .as("%d segments of %d frames", segments, frames)
          .isEqualTo(Golden.ints(one.get(2)));
    }
  }

  @Test
  void evenSamplingTakesTheFramesOfTheReferencesTestMode() {
    assertThat(golden2d().get("test")).isNotEmpty();
    for (JsonNode one : golden2d().get("test")) {
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
    assertThat(golden2d().get("train")).isNotEmpty();
    for (JsonNode one : golden2d().get("train")) {
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
  void slowfastDrawsFromTheReferencesSegments() {
    assertThat(golden3d().get("train")).isNotEmpty();
    for (JsonNode one : golden3d().get("train")) {
      int[] first = Golden.ints(one.get(2));
      int[] last = Golden.ints(one.get(3));
      int[] drawn = Golden.ints(one.get(4));
      AtomicInteger next = new AtomicInteger();
      int[] index =
          FrameSampling.SLOWFAST.training(
              one.get(1).intValue(),
              one.get(0).intValue(),
              bound -> {
                int k = next.getAndIncrement();
                assertThat(bound).isEqualTo(last[k] - first[k] + 1);
                return drawn[k] - first[k];
              });
      assertThat(fromOne(index)).as("%s", one).isEqualTo(Golden.ints(one.get(5)));
    }
  }

  @Test
  void slowfastValidatesOnTheFramesOfTheReferencesOnlyView() {
    int seen = 0;
    for (JsonNode one : golden3d().get("val_or_test")) {
      if (one.get(1).intValue() == 1) {
        int[] index =
            FrameSampling.SLOWFAST.validation(one.get(3).intValue(), one.get(0).intValue());
        assertThat(fromOne(index)).as("%s", one).isEqualTo(Golden.ints(one.get(4)));
        seen++;
      }
    }
    if (seen == 0) {
      throw Require.GOLDEN.missing("no video of one view in vectors/sampling_3d.json");
    }
  }

  @Test
  void denseTakesTheReferencesWindowWhenItDrawsTheReferencesStart() {
    assertThat(golden2d().get("dense_train_or_val")).isNotEmpty();
    for (JsonNode one : golden2d().get("dense_train_or_val")) {
      int segments = one.get(0).intValue();
      int frames = one.get(1).intValue();
      JsonNode start = one.get(2);
      int[] index =
          FrameSampling.DENSE.training(
              frames,
              segments,
              bound -> {
                assertThat(bound).isEqualTo(frames - 64);
                return start.intValue();
              });
      assertThat(fromOne(index)).as("%s", one).isEqualTo(Golden.ints(one.get(3)));
      if (start.isNull()) {
        assertThat(FrameSampling.DENSE.validation(frames, segments)).isEqualTo(index);
      }
    }
  }

  @Test
  void denseValidatesOnTheMiddleWindow() {
    assertThat(FrameSampling.DENSE.validation(164, 4)).containsExactly(50, 66, 82, 98);
    assertThat(FrameSampling.DENSE.validation(20, 4)).containsExactly(0, 16, 12, 8);
    assertThatThrownBy(() -> FrameSampling.DENSE.validation(164, 65))
        .hasMessage("sampling dense takes at most 64 frames, not 65");
  }

  @Test
  void everyRuleStaysInsideTheVideoAndDrawsTheSameAgain() {
    for (FrameSampling sampling : FrameSampling.values()) {
      for (int frames = 1; frames < 150; frames++) {
        for (int segments : new int[] {1, 8, 32, 64}) {
          BatchId id = new BatchId(1, frames);
          int[] index = sampling.training(frames, segments, CounterRandom.of(3, id, 0, "sampling"));
          assertThat(index)
              .isEqualTo(
                  sampling.training(frames, segments, CounterRandom.of(3, id, 0, "sampling")));
          for (int[] one : new int[][] {index, sampling.validation(frames, segments)}) {
            assertThat(one).hasSize(segments);
            assertThat(Arrays.stream(one).min().orElseThrow()).isNotNegative();
            assertThat(Arrays.stream(one).max().orElseThrow()).isLessThan(frames);
          }
        }
      }
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
    assertThatThrownBy(() -> FrameSampling.parse("uniform"))
        .hasMessage("sampling 'uniform' is not one of tsn, even, slowfast, dense");
  }

  private static int[] fromOne(int[] index) {
    return Arrays.stream(index).map(i -> i + 1).toArray();
  }

  private static JsonNode golden3d() {
    return Golden.read("vectors/sampling_3d.json");
  }

  private static JsonNode golden2d() {
    return Golden.read("vectors/sampling_2d.json");
  }
}
