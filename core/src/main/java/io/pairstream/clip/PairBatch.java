package io.pairstream.clip;

import java.util.List;
import java.util.Optional;

/// A batch of clips beside their augmented selves, what travels from the augmenter to the trainers.
///
/// @param id epoch and batch
/// @param original U8 [N,T,H,W,3] RGB, N ≥ 1: the clips, changed by the base augmentation if there
///   is one
/// @param augmented same shape, U8 pixels or F16 normalised values; absent with recipe encoding and
///   with [Recipe.Identity]
/// @param recipe how the augmented half follows from the original
/// @param label I64 [N]
/// @param normalization the mean and std that the augmentation used and the trainer must use
/// @param clipIds N names, for people
/// @param lineage where the bytes come from, for people
public record PairBatch(
    BatchId id,
    Tensor original,
    Optional<Tensor> augmented,
    Recipe recipe,
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
    long n = original.shape().dim(0);
    Layout.require("label", label, DType.I64, Shape.of(n));
    if (clipIds.size() != n) {
      throw new IllegalArgumentException(clipIds.size() + " clip ids for " + n + " clips");
    }
    augmented.ifPresent(half -> {
      DType want = half.dtype() == DType.F16 ? DType.F16 : DType.U8;
      Layout.require("augmented", half, want, original.shape());
    });
    switch (recipe) {
      case Recipe.Identity _ -> {
        if (augmented.isPresent()) {
          throw new IllegalArgumentException("tensor 'augmented' beside augmentation=identity");
        }
      }
      case Recipe.SwapMix mix -> {
        if (mix.mixWeight().size() != n) {
          throw new IllegalArgumentException(
              "tensor 'mix_weight' has " + mix.mixWeight().size() + " values for " + n + " clips");
        }
      }
      case Recipe.Opaque _ -> {
        if (augmented.isEmpty()) {
          throw new IllegalArgumentException(
              "tensor 'augmented' is missing with augmentation=" + recipe.augmentation());
        }
      }
    }
  }

  /// N, the number of clips.
  public int clips() {
    return Math.toIntExact(original.shape().dim(0));
  }
}
