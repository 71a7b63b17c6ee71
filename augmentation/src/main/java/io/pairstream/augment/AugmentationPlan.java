package io.pairstream.augment;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// What a run does to its clips: first the base to both halves of a pair, so that the original half
/// is the changed clip, then the rest to the augmented half.
///
/// @param base what both halves get
/// @param pair what the augmented half gets beyond that
public record AugmentationPlan(Chain base, Chain pair) {

  /// The canonical text, which [AugmentationCatalog#parse] reads:
  /// `base:grayscale(p=1)|swapmix(beta=1)`, without base only `swapmix(beta=1)`.
  public String text() {
    return base.steps().isEmpty() ? pair.text() : "base:" + base.text() + "|" + pair.text();
  }

  /// Whether the augmented half always follows from the original half and a recipe of λ and channel
  /// order, so that it need not travel.
  public boolean followsFromRecipe() {
    return pair.isRecipe();
  }

  /// Whether nothing looks at a pixel before both halves are there.
  public boolean drawsOnly() {
    return base.steps().isEmpty() && pair.isRecipe();
  }

  /// Everything that may be done to a batch, in the order of the text.
  public List<Augmentation> all() {
    return Stream.concat(base.all(), pair.all()).toList();
  }

  /// Those of CUDA source files.
  public List<KernelAugmentation> kernels() {
    return all().stream()
        .filter(KernelAugmentation.class::isInstance)
        .map(KernelAugmentation.class::cast)
        .toList();
  }

  /// The same with another augmentation at each place.
  public AugmentationPlan map(UnaryOperator<Augmentation> change) {
    return new AugmentationPlan(base.map(change), pair.map(change));
  }
}
