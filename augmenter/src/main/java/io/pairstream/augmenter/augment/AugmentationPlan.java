package io.pairstream.augmenter.augment;

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
}
