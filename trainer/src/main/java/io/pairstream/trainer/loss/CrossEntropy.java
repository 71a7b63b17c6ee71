package io.pairstream.trainer.loss;

import ai.djl.ndarray.NDArray;

/// Cross-entropy, the mean over rows.
public final class CrossEntropy {
  private CrossEntropy() {}

  /// Against classes: logits [N,C], labels I64 [N].
  public static NDArray ofLabels(NDArray logits, NDArray labels) {
    return logits.logSoftmax(1).gather(labels.reshape(-1, 1), 1).mean().neg();
  }

  /// Against distributions over the classes: logits [N,C], targets [N,C].
  public static NDArray ofTargets(NDArray logits, NDArray targets) {
    return logits.logSoftmax(1).mul(targets).sum(new int[] {1}).mean().neg();
  }
}
