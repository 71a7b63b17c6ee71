package io.pairstream.trainer.optim;

/// When a step happens in a run.
///
/// @param step how many optimizer steps came before, from 0
/// @param stepsPerEpoch constant in a run
/// @param epochs in the whole run
public record Moment(long step, long stepsPerEpoch, long epochs) {
  public Moment {
    if (step < 0 || stepsPerEpoch < 1 || epochs < 1) {
      throw new IllegalArgumentException(
          "no step " + step + " in " + epochs + " epochs of " + stepsPerEpoch);
    }
  }

  /// The epoch with its fraction.
  public double epoch() {
    return (double) step / stepsPerEpoch;
  }

  /// Steps of the whole run.
  public long totalSteps() {
    return Math.multiplyExact(stepsPerEpoch, epochs);
  }
}
