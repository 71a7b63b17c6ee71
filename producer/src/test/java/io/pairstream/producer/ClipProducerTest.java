package io.pairstream.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.producer.dataset.Sample;
import io.pairstream.producer.dataset.ValidationVideos;
import io.pairstream.producer.load.BatchPlan;
import io.pairstream.run.RunSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClipProducerTest {
  /// 10 clips in batches of 4: three batches an epoch, six in the run, over four partitions.
  private static final List<Sample> CLIPS =
      IntStream.range(0, 10).mapToObj(i -> new Sample("c" + i, 0, Path.of("c"), -1, 1)).toList();

  @Test
  void aNewRunMakesEveryBatchInOrderAndEveryEpochShowsEveryClip() {
    List<BatchPlan> plans = plans(List.of(0L, 1L, 2L, 3L));
    assertThat(plans)
        .extracting(plan -> plan.id().toString())
        .containsExactly("0/0", "0/1", "0/2", "1/0", "1/1", "1/2");
    for (int epoch = 0; epoch < 2; epoch++) {
      List<Sample> shown = new ArrayList<>();
      plans.subList(3 * epoch, 3 * epoch + 3).forEach(plan -> shown.addAll(plan.samples()));
      assertThat(shown).containsExactlyInAnyOrderElementsOf(CLIPS);
    }
  }

  @Test
  void aRestartGoesOnInEachPartitionWithTheSameBatches() {
    List<BatchPlan> all = plans(List.of(0L, 1L, 2L, 3L));
    // Partition 0 holds 0 and 4, partition 1 holds 1, partitions 2 and 3 hold nothing.
    List<BatchPlan> rest = plans(List.of(8L, 5L, 2L, 3L));
    assertThat(rest).containsExactly(all.get(2), all.get(3), all.get(5));
  }

  @Test
  void partitionsOfAnotherProducerAreLeftToIt() {
    List<BatchPlan> mine = plans(List.of(0L, Long.MAX_VALUE, 2L, Long.MAX_VALUE));
    assertThat(mine)
        .extracting(BatchPlan::id)
        .containsExactly(new BatchId(0, 0), new BatchId(0, 2), new BatchId(1, 1));
  }

  @Test
  void aFinishedRunHasNothingLeft() {
    assertThat(plans(List.of(8L, 9L, 6L, 7L))).isEmpty();
    assertThat(producer(List.of(8L, 9L, 6L, 7L)).remaining()).isZero();
    assertThat(producer(List.of(0L, 1L, 2L, 3L)).remaining()).isEqualTo(6);
  }

  @Test
  void validationSetsAreDeclaredWithTheirBatches() {
    assertThat(ValidationSender.declare(List.of(new ValidationVideos("hue-60", CLIPS)), 4))
        .containsExactly(new io.pairstream.run.ValidationSet("hue-60", 10, 3));
  }

  private static List<BatchPlan> plans(List<Long> next) {
    List<BatchPlan> plans = new ArrayList<>();
    producer(next).plans().forEachRemaining(plans::add);
    return plans;
  }

  private static ClipProducer producer(List<Long> next) {
    RunSpec.Content content =
        new RunSpec.Content(
            0,
            "digest",
            4,
            8,
            8,
            "tsn",
            "whole",
            4,
            10,
            4,
            Normalization.IMAGENET,
            "identity",
            0,
            PairEncoding.U8,
            List.of("a"),
            List.of());
    return new ClipProducer(new RunSpec(content, 2, List.of("t"), 1 << 20), CLIPS, 4, next);
  }
}
