package io.pairstream.trainer.model;

/// What a model's forward pass gives outside training. The scores of several clips of a video are
/// summed as they are.
public enum Scores {
  /// Not normalised.
  LOGITS,
  /// Each row sums to 1.
  PROBABILITIES
}
