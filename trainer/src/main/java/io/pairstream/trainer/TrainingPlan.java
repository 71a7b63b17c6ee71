package io.pairstream.trainer;

import io.pairstream.clip.BatchId;
import io.pairstream.run.BatchOrder;
import io.pairstream.trainer.optim.Moment;
import io.pairstream.trainer.optim.Rates;
import io.pairstream.trainer.optim.Schedule;
import java.time.Duration;

/// What to train on, as whom and how.
///
/// @param order which batches there are
/// @param schedule of the learning rate
/// @param peakRate the learning rate that the schedule is told
/// @param cadence what happens after how many batches
public record TrainingPlan(BatchOrder order, Schedule schedule, double peakRate, Cadence cadence) {

  /// @param accumulate batches to a step of the optimizer; an epoch's last step may have fewer
  /// @param checkpointEvery batches after which a checkpoint is due, beside every epoch's end
  /// @param starvation how long without a batch until what is trained is saved, so that producers
  ///   held back by it go on
  /// @param maxBadRatio the share of batches that may be skipped, once 100 were seen
  public record Cadence(
      int accumulate, long checkpointEvery, Duration starvation, double maxBadRatio) {}

  /// The rates of the step that a batch belongs to: a function of its number, so that skipped
  /// batches and restarts shift nothing.
  Rates rates(long number) {
    BatchId id = order.id(number);
    long stepsPerEpoch = Math.ceilDiv(order.batchesPerEpoch(), cadence.accumulate());
    long step = id.epoch() * stepsPerEpoch + id.batch() / cadence.accumulate();
    return schedule.at(new Moment(step, stepsPerEpoch, order.epochs()), peakRate);
  }
}
