package io.pairstream.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunSpecTest {
  static RunSpec.Content content(long seed) {
    return new RunSpec.Content(
        seed,
        "d",
        8,
        40,
        48,
        "segments",
        "crop",
        4,
        10,
        3,
        Normalization.IMAGENET,
        "swapmix(beta=1)",
        1,
        PairEncoding.U8,
        List.of("a", "b"),
        List.of(new ValidationSet("validation", 5, 2)));
  }

  static RunSpec spec(long seed) {
    return new RunSpec(content(seed), 2, List.of("t"), 1 << 20);
  }

  @Test
  void theRunIdFollowsFromTheContentAlone() {
    assertThat(spec(1).runId()).hasSize(32).isEqualTo(spec(1).with(9, List.of("x")).runId());
    assertThat(spec(1).runId()).isNotEqualTo(spec(2).runId());
    assertThat(spec(1).difference(spec(2))).contains("seed is 1, not 2");
  }

  @Test
  void theRunIdIsPinnedSoThatNoReleaseChangesItUnseen() {
    assertThat(spec(1).runId()).isEqualTo(PINNED);
  }

  @Test
  void whatIsToldOfTheAugmentedHalfChangesRecordsButNotTheRunId() throws Exception {
    RunSpec told = new RunSpec(recipes(), 2, List.of("t"), 1 << 20, true);
    RunSpec untold = new RunSpec(recipes(), 2, List.of("t"), 1 << 20);
    assertThat(told.runId()).isEqualTo(untold.runId());
    assertThat(told.with(3, List.of("t")).halfFollows()).isTrue();
    assertThat(told.pairRecordBytes())
        .isEqualTo(untold.pairRecordBytes() - recipes().batchShape().elements());
    assertThat(RunSpec.fromJson(told.toJson())).isEqualTo(told);
    String old =
        new String(untold.toJson(), java.nio.charset.StandardCharsets.UTF_8)
            .replace("\"halfFollows\":false,", "");
    assertThat(old).doesNotContain("halfFollows");
    assertThat(RunSpec.fromJson(old.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isEqualTo(untold);
  }

  @Test
  void limitsOnVideosChangeTheRunIdOnlyWhereTheyAreNotTheUsualOnes() throws Exception {
    RunSpec usual = new RunSpec(limited(""), 2, List.of("t"), 1 << 20);
    RunSpec large = new RunSpec(limited("max-pixels=33177600"), 2, List.of("t"), 1 << 20);
    assertThat(usual.runId()).isEqualTo(PINNED);
    assertThat(large.runId()).isNotEqualTo(PINNED);
    assertThat(RunSpec.fromJson(large.toJson())).isEqualTo(large);
    assertThat(new String(usual.toJson(), java.nio.charset.StandardCharsets.UTF_8))
        .doesNotContain("videoLimits");
    assertThat(large.difference(usual))
        .contains("videoLimits is \"max-pixels=33177600\", not usual");
    assertThat(usual.difference(large))
        .contains("videoLimits is usual, not \"max-pixels=33177600\"");
  }

  private static RunSpec.Content limited(String videoLimits) {
    RunSpec.Content usual = content(1);
    return new RunSpec.Content(
        usual.seed(),
        usual.datasetDigest(),
        usual.frames(),
        usual.height(),
        usual.width(),
        usual.sampling(),
        usual.crop(),
        usual.clipsPerBatch(),
        usual.clipsPerEpoch(),
        usual.partitions(),
        usual.normalization(),
        usual.augmentation(),
        usual.augmentProbability(),
        usual.encoding(),
        usual.classNames(),
        usual.validation(),
        videoLimits);
  }

  private static RunSpec.Content recipes() {
    RunSpec.Content usual = content(1);
    return new RunSpec.Content(
        usual.seed(),
        usual.datasetDigest(),
        usual.frames(),
        usual.height(),
        usual.width(),
        usual.sampling(),
        usual.crop(),
        usual.clipsPerBatch(),
        usual.clipsPerEpoch(),
        usual.partitions(),
        usual.normalization(),
        usual.augmentation(),
        usual.augmentProbability(),
        PairEncoding.RECIPE,
        usual.classNames(),
        usual.validation());
  }

  private static final String PINNED = "55f9e081bf3608fcde6ed243e6a6a147";

  @Test
  void theRecordsOfARunThatCropsAtTheAugmenterAreAsLargeAsItsFramesMayBe() {
    RunSpec cropped = new RunSpec(cropping("multiscale,flip"), 2, List.of("t"), 1 << 30);
    String text = "multiscale,flip,at=augmenter,short-side=64,max-pixels=8192";
    RunSpec whole = new RunSpec(cropping(text), 2, List.of("t"), 1 << 30);
    assertThat(cropped.content().augmenterCrop()).isEmpty();
    assertThat(whole.content().augmenterCrop().orElseThrow().text()).isEqualTo(text);
    assertThat(whole.clipRecordBytes()).isEqualTo(4 * 8 * 8192 * 3 + 8 * 4 * (2 + 1 + 1 + 8) + 16);
    assertThat(whole.pairRecordBytes()).isEqualTo(cropped.pairRecordBytes());
    assertThat(whole.credit().window()).isLessThan(cropped.credit().window());
    assertThat(whole.runId()).isNotEqualTo(cropped.runId());
    assertThat(whole.difference(cropped).orElseThrow()).startsWith("crop is");
  }

  private static RunSpec.Content cropping(String crop) {
    RunSpec.Content usual = content(1);
    return new RunSpec.Content(
        usual.seed(),
        usual.datasetDigest(),
        usual.frames(),
        usual.height(),
        usual.width(),
        usual.sampling(),
        crop,
        usual.clipsPerBatch(),
        usual.clipsPerEpoch(),
        usual.partitions(),
        usual.normalization(),
        usual.augmentation(),
        usual.augmentProbability(),
        usual.encoding(),
        usual.classNames(),
        usual.validation());
  }

  @Test
  void theRecordSurvivesItsJson() throws Exception {
    assertThat(RunSpec.fromJson(spec(1).toJson())).isEqualTo(spec(1));
    assertThatThrownBy(
            () -> RunSpec.fromJson("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .hasMessageContaining("no run record");
  }

  @Test
  void theLastBatchOfAnEpochCounts() {
    BatchOrder order = spec(1).order();
    assertThat(order.batchesPerEpoch()).isEqualTo(3);
    assertThat(order.total()).isEqualTo(6);
    assertThat(order.id(4)).hasToString("1/1");
    assertThat(order.number(order.id(4))).isEqualTo(4);
    assertThat(order.partition(4)).isEqualTo(1);
    assertThat(order.nextAtLeast(0, 4)).isEqualTo(6);
    assertThat(order.nextAtLeast(1, 4)).isEqualTo(4);
    assertThat(order.nextAtLeast(2, 4)).isEqualTo(5);
    assertThat(order.partitionsOf(1, 2)).containsExactly(1);
  }

  @Test
  void creditIsAWindowInEachPartition() {
    Credit credit = Credit.of(1000, 2, 100);
    assertThat(credit.window()).isEqualTo(5);
    assertThat(credit.maySend(8, 0)).isTrue();
    assertThat(credit.maySend(10, 0)).isFalse();
    assertThat(credit.maySend(10, 2)).isTrue();
    assertThat(Credit.of(1, 8, 100).window()).isEqualTo(1);
  }

  @Test
  void aCursorTakesDropsAndWaits() {
    PartitionCursor cursor = new PartitionCursor(3, 1);
    assertThat(cursor.offer(4)).isEqualTo(PartitionCursor.Verdict.EARLY);
    assertThat(cursor.offer(1)).isEqualTo(PartitionCursor.Verdict.TAKE);
    assertThat(cursor.offer(1)).isEqualTo(PartitionCursor.Verdict.COPY);
    assertThat(cursor.offer(4)).isEqualTo(PartitionCursor.Verdict.TAKE);
    assertThat(cursor.next()).isEqualTo(7);
  }

  @Test
  void commitsOfOtherProgramsAreNotOurs() {
    assertThat(CommittedNext.parse(5, "next=12")).contains(new CommittedNext(5, 12));
    assertThat(CommittedNext.parse(5, "")).isEmpty();
    assertThat(CommittedNext.parse(5, "next=x")).isEmpty();
  }
}
