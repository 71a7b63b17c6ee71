package io.pairstream.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.local.run.MemoryNeed.Batch;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {
  private static final long GB = 1_000_000_000L;
  private static final Batch USUAL = new Batch(8, 224, 224, 8);

  private static long trainer(String model, Batch batch) {
    return MemoryNeed.of(List.of(model), batch, 1).orElseThrow().trainers();
  }

  /// What was measured lies below what is told, and not far below.
  @Test
  void theEstimateCoversWhatWasMeasured() {
    assertThat(trainer("tsm-resnet50", new Batch(8, 224, 224, 2))).isBetween(5 * GB, 6 * GB);
    assertThat(trainer("tsm-resnet18", new Batch(8, 224, 224, 6)))
        .isBetween(3_360_000_000L, 4 * GB);
    assertThat(trainer("uniformer-s", new Batch(8, 224, 224, 2))).isBetween(3_174_000_000L, 4 * GB);
  }

  @Test
  void theUsualRunTakesTheBestModelThatFits() {
    assertThat(MemoryNeed.fitting(USUAL, 1, 1, 64 * GB)).isEqualTo("tsm-resnet50");
    assertThat(MemoryNeed.fitting(USUAL, 1, 1, 16 * GB)).isEqualTo("tsm-resnet18");
    assertThat(MemoryNeed.fitting(USUAL, 2, 1, 12 * GB)).isEqualTo("tsm-resnet18-narrow");
    assertThat(MemoryNeed.fitting(USUAL, 1, 1, GB)).isEqualTo("tsm-resnet18-narrow");
  }

  @Test
  void smallClipsNeedLittle() {
    Batch small = new Batch(8, 40, 40, 16);
    assertThat(MemoryNeed.fitting(small, 1, 1, 8 * GB)).isEqualTo("tsm-resnet50");
  }

  @Test
  void anotherTrainerAndAnotherAugmenterTakeTheirOwn() {
    MemoryNeed one = MemoryNeed.of(List.of("tsm-resnet18"), USUAL, 1).orElseThrow();
    MemoryNeed two = MemoryNeed.of(List.of("tsm-resnet18", "tsm-resnet18"), USUAL, 2).orElseThrow();
    assertThat(two.trainers()).isEqualTo(2 * one.trainers());
    assertThat(two.others()).isGreaterThan(one.others());
    assertThat(one).hasToString("about 7.5 GB of memory (4.3 of it for training)");
  }

  @Test
  void ofAModelFromAFileNothingIsKnown() {
    assertThat(MemoryNeed.of(List.of("mine.pt"), USUAL, 1)).isEmpty();
  }
}
