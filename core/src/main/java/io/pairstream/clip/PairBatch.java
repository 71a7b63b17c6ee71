package io.pairstream.clip;

import java.util.List;
import java.util.Optional;

/// A batch of clips beside their augmented selves, what travels from the augmenter to the trainers.
///
/// @param id epoch and batch
/// @param original U8 [N,T,H,W,3] RGB, N ≥ 1: the clips, changed by the base augmentation if there
///   is one
/// @param augmented same shape, U8 pixels or F16 normalised values; absent with recipe encoding and
///   with [PairRecipe.Identity]
/// @param recipe how the augmented half follows from the original
/// @param label I64 [N]
/// @param normalization the mean and std that the augmentation used and the trainer must use
/// @param clipIds N names, for people
/// @param lineage where the bytes come from, for people
public record PairBatch(
    BatchId id,
    Tensor original,
    Optional<Tensor> augmented,
    PairRecipe recipe,
    Tensor label,
    Normalization normalization,
    List<String> clipIds,
    Lineage lineage) {

  /// Who made the clips and the pairs, for people.
  ///
  /// @param baseAugmentation canonical text of what changed the original half too, if anything did
  public record Lineage(
      ClipBatch.Lineage clips, String augmenterVersion, Optional<String> baseAugmentation) {
    /// The original half is the clips as they came.
    public Lineage(ClipBatch.Lineage clips, String augmenterVersion) {
      this(clips, augmenterVersion, Optional.empty());
    }
  }

  public PairBatch {
    clipIds = List.copyOf(clipIds);
    Layout.requireFrames("original", original);
    Optional<DType> type = augmented.map(half -> half.dtype() == DType.F16 ? DType.F16 : DType.U8);
    augmented.ifPresent(
        half -> Layout.require("augmented", half, type.orElseThrow(), original.shape()));
    // Whose constructor checks the rest.
    new PairOutline(id, original.shape(), type, recipe, label, normalization, clipIds, lineage);
  }

  /// All but the halves.
  public PairOutline outline() {
    return new PairOutline(
        id,
        original.shape(),
        augmented.map(Tensor::dtype),
        recipe,
        label,
        normalization,
        clipIds,
        lineage);
  }

  /// N, the number of clips.
  public int clips() {
    return Math.toIntExact(original.shape().dim(0));
  }
}
