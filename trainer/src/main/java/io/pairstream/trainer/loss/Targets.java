package io.pairstream.trainer.loss;

import ai.djl.ndarray.NDArray;

/// What the originals of a batch should be classified as.
public sealed interface Targets {
  /// The mean cross-entropy over rows.
  ///
  /// @param logits [N,C]
  NDArray crossEntropy(NDArray logits);

  /// @param labels I64 [N]
  record Classes(NDArray labels) implements Targets {
    @Override
    public NDArray crossEntropy(NDArray logits) {
      return CrossEntropy.ofLabels(logits, labels);
    }
  }

  /// @param probabilities [N,C]
  record Distributions(NDArray probabilities) implements Targets {
    @Override
    public NDArray crossEntropy(NDArray logits) {
      return CrossEntropy.ofTargets(logits, probabilities);
    }
  }
}
