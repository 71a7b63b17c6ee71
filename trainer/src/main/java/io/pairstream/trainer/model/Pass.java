package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import java.util.function.BiConsumer;

/// How to go through a model once.
///
/// @param training whether dropout drops and batch normalisation uses, and updates from, the batch
/// @param batchNorm over which rows batch normalisation takes its statistics in training
/// @param stages told the output of each stage under its reference name, as it is computed; the
///   array lives only during the call
public record Pass(boolean training, BatchNormScope batchNorm, BiConsumer<String, NDArray> stages) {

  /// A training pass over rows of which `batchNorm` says how they are normalised.
  public static Pass training(BatchNormScope batchNorm) {
    return new Pass(true, batchNorm, (_, _) -> {});
  }

  /// A pass that changes nothing.
  public static Pass evaluation() {
    return new Pass(false, BatchNormScope.JOINT, (_, _) -> {});
  }

  /// The same with a listener for the stages.
  public Pass observing(BiConsumer<String, NDArray> stages) {
    return new Pass(training, batchNorm, stages);
  }
}
