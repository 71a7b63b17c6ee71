package io.pairstream.trainer.model;

import ai.djl.ndarray.types.DataType;
import java.util.OptionalDouble;

/// What a model is built from.
///
/// @param name one of [VideoNets#names()]
/// @param segments T, frames of a clip
/// @param classes how many classes
/// @param dropout probability before the classifier; absent: the model's own
/// @param seed what the weights begin from
/// @param dataType FLOAT32, or FLOAT64 for exact comparison
public record ModelSpec(
    String name, int segments, int classes, OptionalDouble dropout, long seed, DataType dataType) {
  public ModelSpec {
    if (segments < 1 || classes < 1) {
      throw new IllegalArgumentException(
          "a model needs at least 1 segment and 1 class, not " + segments + " and " + classes);
    }
    dropout.ifPresent(p -> {
      if (!(p >= 0 && p < 1)) {
        throw new IllegalArgumentException("dropout " + p + " is outside [0,1)");
      }
    });
  }
}
