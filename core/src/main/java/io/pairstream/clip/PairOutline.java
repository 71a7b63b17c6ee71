package io.pairstream.clip;

import java.util.List;
import java.util.Optional;

/// A [PairBatch] whose halves are still to be made: all that is known before, from which its record
/// can be laid out.
///
/// @param id epoch and batch
/// @param shape of either half, [N,T,H,W,3], N ≥ 1
/// @param augmented U8 or F16, the type of the augmented half; absent with recipe encoding and with
///   [PairRecipe.Identity]
/// @param recipe how the augmented half follows from the original
/// @param label I64 [N]
/// @param normalization the mean and std that the augmentation uses and the trainer must use
/// @param clipIds N names, for people
/// @param lineage where the bytes come from, for people
public record PairOutline(
    BatchId id,
    Shape shape,
    Optional<DType> augmented,
    PairRecipe recipe,
    Tensor label,
    Normalization normalization,
    List<String> clipIds,
    PairBatch.Lineage lineage) {
  public PairOutline {
    clipIds = List.copyOf(clipIds);
    Layout.requireFrames("original", DType.U8, shape);
    long n = shape.dim(0);
    Layout.require("label", label, DType.I64, Shape.of(n));
    if (clipIds.size() != n) {
      throw new IllegalArgumentException(clipIds.size() + " clip ids for " + n + " clips");
    }
    if (augmented.isPresent() && augmented.get() != DType.U8 && augmented.get() != DType.F16) {
      throw new IllegalArgumentException(
          "tensor 'augmented' is " + augmented.get() + ", not U8 or F16");
    }
    switch (recipe) {
      case PairRecipe.Identity _ -> {
        if (augmented.isPresent()) {
          throw new IllegalArgumentException("tensor 'augmented' beside augmentation=identity");
        }
      }
      case PairRecipe.SwapMix mix -> {
        if (mix.mixWeight().size() != n) {
          throw new IllegalArgumentException(
              "tensor 'mix_weight' has " + mix.mixWeight().size() + " values for " + n + " clips");
        }
      }
      case PairRecipe.Opaque _ -> {
        if (augmented.isEmpty()) {
          throw new IllegalArgumentException(
              "tensor 'augmented' is missing with augmentation=" + recipe.augmentation());
        }
      }
    }
  }

  /// The pair with these halves.
  ///
  /// @throws IllegalArgumentException unless they are what the outline says
  public PairBatch with(Tensor original, Optional<Tensor> half) {
    Layout.require("original", original, DType.U8, shape);
    if (!half.map(Tensor::dtype).equals(augmented)) {
      throw new IllegalArgumentException(
          "tensor 'augmented' is " + half.map(Tensor::dtype) + ", not " + augmented);
    }
    return new PairBatch(id, original, half, recipe, label, normalization, clipIds, lineage);
  }
}
