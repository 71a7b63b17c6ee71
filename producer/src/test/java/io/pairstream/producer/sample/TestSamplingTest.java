package io.pairstream.producer.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TestSamplingTest {

  /// All clips of a golden row one after the other, from 1 as the reference counts.
  private static int[] fromOne(TestSampling sampling, JsonNode row, int clips) {
    int segments = row.get(0).intValue();
    return sampling.clips(row.get(1).intValue(), segments, clips).stream()
        .flatMapToInt(IntStream::of)
        .map(index -> index + 1)
        .toArray();
  }

  private static void same(String rows, TestSampling sampling, int clips) {
    assertThat(in2d().get(rows)).isNotEmpty();
    for (JsonNode row : in2d().get(rows)) {
      assertThat(fromOne(sampling, row, clips))
          .as("%s %s", rows, row)
          .isEqualTo(Golden.ints(row.get(2)));
    }
  }

  @Test
  void oneTsnClipHasTheFramesOfTheReferencesValidation() {
    same("val", TestSampling.TSN, 1);
  }

  @Test
  void oneEvenClipHasTheFramesOfTheReferencesTestMode() {
    same("test", TestSampling.EVEN, 1);
  }

  @Test
  void twoClipsAreTheReferencesTwiceSampling() {
    same("test_twice", TestSampling.TSN, 2);
    same("test_twice", TestSampling.EVEN, 2);
  }

  @Test
  void tenDenseClipsAreTheReferences() {
    assertThat(TestSampling.DENSE.usualClips()).isEqualTo(10);
    same("test_dense", TestSampling.DENSE, 10);
  }

  @Test
  void slowFastClipsAreTheReferences() {
    assertThat(in3d().get("val_or_test")).isNotEmpty();
    for (JsonNode row : in3d().get("val_or_test")) {
      int clips = row.get(1).intValue();
      int[] index =
          TestSampling.SLOWFAST
              .clips(row.get(3).intValue(), row.get(0).intValue(), clips)
              .get(row.get(2).intValue());
      assertThat(IntStream.of(index).map(i -> i + 1).toArray())
          .as("%s", row)
          .isEqualTo(Golden.ints(row.get(4)));
    }
  }

  @Test
  void everyRuleStaysInTheVideo() {
    for (TestSampling sampling : TestSampling.values()) {
      for (int frames : new int[] {1, 2, 7, 8, 63, 64, 65, 300}) {
        for (int clips : new int[] {1, 2, 3, 10}) {
          List<int[]> chosen = sampling.clips(frames, 8, clips);
          assertThat(chosen).hasSize(clips);
          for (int[] index : chosen) {
            assertThat(index).hasSize(8);
            assertThat(IntStream.of(index)).allMatch(frame -> frame >= 0 && frame < frames);
          }
        }
      }
    }
  }

  @Test
  void severalClipsOfALongVideoShowDifferentFrames() {
    for (TestSampling sampling : TestSampling.values()) {
      assertThat(sampling.clips(300, 8, 3).stream().map(Arrays::toString).distinct()).hasSize(3);
    }
  }

  @Test
  void unknownRulesAreRefused() {
    assertThat(TestSampling.parse("dense")).isEqualTo(TestSampling.DENSE);
    assertThatThrownBy(() -> TestSampling.parse("random"))
        .hasMessage("sampling 'random' is not tsn, even, slowfast or dense");
  }

  private static JsonNode in2d() {
    return Golden.read("vectors/sampling_2d.json");
  }

  private static JsonNode in3d() {
    return Golden.read("vectors/sampling_3d.json");
  }
}
