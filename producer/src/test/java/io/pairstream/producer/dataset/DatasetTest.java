package io.pairstream.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.ops.ServiceException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static final Sample A = new Sample("a", 0, Path.of("/x/a.avi"), 10, 500);
  private static final Sample B = new Sample("b", 1, Path.of("/x/b.avi"), 12, 600);

  @Test
  void anythingThatABatchDependsOnChangesTheDigest() {
    Set<String> digests = new HashSet<>();
    List<Dataset> different =
        List.of(
            dataset(List.of("p", "q"), List.of(A, B)),
            dataset(List.of("p", "r"), List.of(A, B)),
            dataset(List.of("pq", ""), List.of(A, B)),
            dataset(List.of("p", "q", "r"), List.of(A, B)),
            dataset(List.of("p", "q"), List.of(B, A)),
            dataset(List.of("p", "q"), List.of(A)),
            dataset(List.of("p", "q"), List.of(A, new Sample("c", 1, B.video(), 12, 600))),
            dataset(List.of("p", "q"), List.of(A, new Sample("b", 0, B.video(), 12, 600))),
            dataset(List.of("p", "q"), List.of(A, new Sample("b", 1, B.video(), -1, 600))),
            dataset(List.of("p", "q"), List.of(A, new Sample("b", 1, B.video(), 12, 601))),
            dataset(List.of("p", "q"), List.of(A), new ValidationVideos("v", List.of(B))),
            dataset(List.of("p", "q"), List.of(A), new ValidationVideos("w", List.of(B))),
            dataset(
                List.of("p", "q"),
                List.of(A),
                new ValidationVideos("v", List.of(B)),
                new ValidationVideos("w", List.of(B))));
    different.forEach(dataset -> digests.add(dataset.digest()));
    assertThat(digests).hasSameSizeAs(different);
  }

  @Test
  void theSameVideosElsewhereHaveTheSameDigest() {
    Dataset here = dataset(List.of("p"), List.of(A));
    Dataset there =
        dataset(List.of("p"), List.of(new Sample("a", 0, Path.of("/y/a.avi"), 10, 500)));
    assertThat(there.digest()).isEqualTo(here.digest()).matches("[0-9a-f]{64}");
  }

  @Test
  void aClipNamedTwiceIsRefused() {
    assertThatThrownBy(() -> dataset(List.of("p"), List.of(A, A)))
        .isInstanceOf(ServiceException.class)
        .hasMessage("clip 'a' is named twice in training");
    assertThatThrownBy(
            () -> dataset(List.of("p"), List.of(A), new ValidationVideos("v", List.of(A, A))))
        .hasMessage("clip 'a' is named twice in validation set v");
  }

  @Test
  void aLabelWithoutAClassIsRefused() {
    assertThatThrownBy(() -> dataset(List.of("p"), List.of(A, B)))
        .hasMessage("clip 'b' has label 1, and there are 1 classes");
  }

  @Test
  void aDatasetWithoutTrainingVideosIsRefused() {
    assertThatThrownBy(() -> dataset(List.of("p"), List.of()))
        .hasMessage("the dataset has no training videos");
  }

  @Test
  void aSetNameMustFitAKey() {
    assertThatThrownBy(() -> new ValidationVideos("a/b", List.of(A))).hasMessageContaining("'a/b'");
  }

  @Test
  void splittingByHashTakesAboutTheShareAndEmptiesNoClass() {
    List<Sample> samples =
        java.util.stream.IntStream.range(0, 5_000)
            .mapToObj(i -> new Sample("clip" + i, i % 1_000, Path.of("x"), -1, 1))
            .toList();
    HashSplit split = HashSplit.of(samples, 0.2);
    assertThat(split.validation().size()).isBetween(900, 1_100);
    assertThat(split.training().stream().map(Sample::label).distinct().count()).isEqualTo(1_000);
    assertThat(split.training().size() + split.validation().size()).isEqualTo(5_000);
    HashSplit most = HashSplit.of(samples, 0.99);
    assertThat(most.training().stream().map(Sample::label).distinct().count()).isEqualTo(1_000);
  }

  @Test
  void addingClipsMovesNoOtherBetweenTrainingAndValidation() {
    List<Sample> few = List.of(named("a"), named("b"), named("c"), named("d"));
    List<Sample> more = List.of(named("a"), named("b"), named("c"), named("d"), named("e"));
    List<Sample> before = HashSplit.of(few, 0.5).validation();
    assertThat(HashSplit.of(more, 0.5).validation()).containsAll(before);
  }

  private static Sample named(String id) {
    return new Sample(id, 0, Path.of(id), -1, 1);
  }

  private static Dataset dataset(
      List<String> classes, List<Sample> training, ValidationVideos... sets) {
    return new Dataset(classes, training, List.of(sets), List.of());
  }
}
