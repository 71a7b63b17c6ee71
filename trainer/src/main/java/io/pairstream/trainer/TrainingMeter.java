package io.pairstream.trainer;

import io.pairstream.metrics.Metric;
import io.pairstream.metrics.Tally;
import io.pairstream.trainer.checkpoint.Accuracy;
import io.pairstream.trainer.checkpoint.Progress;
import io.pairstream.trainer.loss.StepResult;
import java.util.Map;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells how a training goes: counters and gauges, a line of the log every few seconds, and the
/// share of time that the training thread waited for data. Confined to the training thread.
public final class TrainingMeter {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingMeter.class);
  private static final long LINE_NANOS = 5_000_000_000L;

  /// Weight of a new value in the running training accuracy and loss.
  private static final double NEWEST = 0.1;

  private final Tally tally;
  private final long total;
  private boolean started;
  private long startNanos;
  private long endNanos;
  private long waitedNanos;
  private long unfinishedWaitNanos;
  private long pausedNanos;

  /// What of `pausedNanos` lies before the last step.
  private long pausedBeforeEndNanos;

  private long lineNanos;
  private double loss = Double.NaN;
  private double top1 = Double.NaN;

  /// @param total batches of the run
  /// @param before what was done already, in an earlier process
  public TrainingMeter(Tally tally, long total, Progress before) {
    this.tally = tally;
    this.total = total;
    tally.before(Metric.BATCHES, before.batches() + before.skipped());
    tally.before(Metric.CLIPS, before.clips());
    tally.before(Metric.SKIPPED, before.skipped());
    tally.before(Metric.STEPS, before.steps());
  }

  /// The thread waited for the next batch, and it came or not. Time before the first batch does not
  /// count.
  void waited(long nanos, boolean came) {
    if (!started) {
      if (came) {
        started = true;
        startNanos = System.nanoTime();
        endNanos = startNanos;
      }
      return;
    }
    unfinishedWaitNanos += nanos;
    if (came) {
      waitedNanos += unfinishedWaitNanos;
      unfinishedWaitNanos = 0;
    }
  }

  /// Work that is neither waiting nor training.
  interface Work<T> {
    T run() throws InterruptedException;
  }

  /// Does work whose time is left out of the share: validation, checkpoints.
  <T> T pause(Work<T> work) throws InterruptedException {
    long begin = System.nanoTime();
    try {
      return work.run();
    } finally {
      pausedNanos += System.nanoTime() - begin;
    }
  }

  /// A batch was trained on.
  void trained(long number, StepResult result, double learningRate) {
    endNanos = System.nanoTime();
    pausedBeforeEndNanos = pausedNanos;
    loss = running(loss, result.loss());
    top1 = running(top1, (double) result.top1() / result.clips());
    tally.add(Metric.BATCHES, 1);
    tally.add(Metric.CLIPS, result.clips());
    tally.set(Metric.LOSS, loss);
    tally.set(Metric.TOP1, top1);
    tally.set(Metric.LEARNING_RATE, learningRate);
    tally.set(Metric.DATA_WAIT_SHARE, dataWaitShare());
    if (endNanos - lineNanos > LINE_NANOS) {
      lineNanos = endNanos;
      LOG.info(
          "batch {} of {}: loss {}, top-1 {} %, waiting for data {} %",
          number + 1,
          total,
          rounded(loss, 1000),
          rounded(100 * top1, 10),
          rounded(100 * dataWaitShare(), 10));
    }
  }

  void stepped() {
    tally.add(Metric.STEPS, 1);
  }

  void skipped(long number, String cause) {
    tally.add(Metric.BATCHES, 1);
    tally.add(Metric.SKIPPED, 1);
    LOG.warn("batch {} is skipped: {}", number, cause);
  }

  void evaluated(long epoch, SortedMap<String, Accuracy> accuracies) {
    for (Map.Entry<String, Accuracy> set : accuracies.entrySet()) {
      Accuracy accuracy = set.getValue();
      tally.set(Metric.VALIDATION_TOP1, set.getKey(), accuracy.top1());
      tally.set(Metric.VALIDATION_TOP5, set.getKey(), accuracy.top5());
      LOG.info(
          "epoch {} on {}: top-1 {} %, top-5 {} % of {} clips",
          epoch + 1,
          set.getKey(),
          rounded(100 * accuracy.top1(), 10),
          rounded(100 * accuracy.top5(), 10),
          accuracy.clips());
    }
  }

  /// Time blocked for the next batch over the time from the first batch's arrival to the last step,
  /// 0 to 1; validation and checkpoints left out.
  public double dataWaitShare() {
    long wall = endNanos - startNanos - pausedBeforeEndNanos;
    return wall <= 0 ? 0 : Math.clamp((double) waitedNanos / wall, 0, 1);
  }

  private static double running(double old, double value) {
    return Double.isNaN(old) ? value : old + NEWEST * (value - old);
  }

  private static double rounded(double value, int unit) {
    return (double) Math.round(value * unit) / unit;
  }
}
