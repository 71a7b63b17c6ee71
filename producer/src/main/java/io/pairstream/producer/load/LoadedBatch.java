package io.pairstream.producer.load;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.SentBatch;
import io.pairstream.producer.dataset.Sample;
import java.util.List;
import java.util.Optional;

/// A batch as far as it could be made.
///
/// @param plan what it was to be
/// @param sent the clips that could be decoded; absent if there was none
/// @param unusable the others, left out
/// @param damaged of the clips, those whose videos are not whole
public record LoadedBatch(
    BatchPlan plan, Optional<SentBatch> sent, List<Flaw> unusable, List<Flaw> damaged) {

  /// A video and what is wrong with it, as one clause.
  public record Flaw(Sample sample, String cause) {}

  public LoadedBatch {
    unusable = List.copyOf(unusable);
    damaged = List.copyOf(damaged);
  }

  /// The clips, if they are cropped.
  public Optional<ClipBatch> clips() {
    return sent.flatMap(
        batch -> batch instanceof ClipBatch cropped ? Optional.of(cropped) : Optional.empty());
  }

  /// Why there is no batch.
  public Optional<String> skipped() {
    return sent.isPresent()
        ? Optional.empty()
        : Optional.of(
            "none of the batch's %d videos can be used, the first (%s) because %s"
                .formatted(
                    unusable.size(),
                    unusable.getFirst().sample().clipId(),
                    unusable.getFirst().cause()));
  }
}
