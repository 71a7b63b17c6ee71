package io.pairstream.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.pairstream.trainer.torch.Torch;
import org.jspecify.annotations.Nullable;

/// The loss of a training step and its parts, each a scalar.
///
/// @param crossEntropy on the original rows
/// @param alignment KL(original ‖ augmented), not yet weighted; absent in a step without augmented
///   rows
/// @param total what is minimised
public record PairLoss(NDArray crossEntropy, @Nullable NDArray alignment, NDArray total) {
  /// The loss of MCA (Zhang et al., ICLR 2024): cross-entropy of the originals plus
  /// `alignmentWeight` · KL(original ‖ augmented).
  ///
  /// @param logits [2N,C], the N originals first
  /// @param targets of the N originals
  public static PairLoss ofPair(NDArray logits, Targets targets, double alignmentWeight) {
    NDList halves = logits.split(2, 0);
    NDArray crossEntropy = targets.crossEntropy(halves.get(0));
    NDArray alignment = alignment(halves.get(0), halves.get(1));
    NDArray weighted = Torch.times(alignment, alignmentWeight);
    return new PairLoss(crossEntropy, alignment, crossEntropy.add(weighted));
  }

  /// The loss of a step without augmented rows.
  ///
  /// @param logits [N,C]
  public static PairLoss ofOriginals(NDArray logits, Targets targets) {
    NDArray crossEntropy = targets.crossEntropy(logits);
    return new PairLoss(crossEntropy, null, crossEntropy);
  }

  /// KL(original ‖ augmented), summed over classes, mean over rows ("batchmean"). No gradient flows
  /// into the original.
  ///
  /// @param original logits [N,C]
  /// @param augmented logits [N,C]
  public static NDArray alignment(NDArray original, NDArray augmented) {
    NDArray target = original.stopGradient();
    NDArray probability = target.softmax(1);
    NDArray sum = probability.mul(target.logSoftmax(1).sub(augmented.logSoftmax(1))).sum();
    return Torch.over(sum, (double) original.getShape().get(0));
  }
}
