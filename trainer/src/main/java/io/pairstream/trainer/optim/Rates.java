package io.pairstream.trainer.optim;

import java.util.OptionalDouble;

/// What a schedule says for one step.
///
/// @param learningRate before the multipliers of parameter groups
/// @param momentum instead of the optimizer's own momentum (SGD) or β₁ (AdamW); absent: its own
public record Rates(double learningRate, OptionalDouble momentum) {
  public static Rates of(double learningRate) {
    return new Rates(learningRate, OptionalDouble.empty());
  }
}
