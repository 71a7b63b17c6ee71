package io.pairstream.trainer;

import io.pairstream.clip.BatchId;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.LedgerEntry;
import io.pairstream.trainer.checkpoint.Accuracy;
import io.pairstream.trainer.checkpoint.Progress;
import io.pairstream.trainer.loss.StepResult;
import io.pairstream.trainer.stream.PairStream;
import io.pairstream.trainer.stream.PairStream.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/// Next pair batch, step, report, checkpoint; until the run has no more.
///
/// Everything that it does is a function of the batches and their numbers, so that a training that
/// was stopped anywhere and resumed ends with the same bits.
public final class TrainingLoop {
  private static final Duration GLANCE = Duration.ofMillis(200);

  private final TrainingPlan plan;
  private final PairStream stream;
  private final TrainStep step;
  private final Evaluator evaluator;
  private final CheckpointWriter checkpoints;
  private final TrainingMeter meter;

  /// Lines of the batches since the last step of the optimizer.
  private final List<LedgerEntry> open = new ArrayList<>();

  public TrainingLoop(
      TrainingPlan plan,
      PairStream stream,
      TrainStep step,
      Evaluator evaluator,
      CheckpointWriter checkpoints,
      TrainingMeter meter) {
    this.plan = plan;
    this.stream = stream;
    this.step = step;
    this.evaluator = evaluator;
    this.checkpoints = checkpoints;
    this.meter = meter;
  }

  /// Trains on from `start`.
  ///
  /// @param stopping asked between batches; what is trained by then is saved
  /// @return where it got to
  public Progress run(Progress start, BooleanSupplier stopping) throws InterruptedException {
    Progress progress = start;
    long lastArrival = System.nanoTime();
    while (!plan.order().finished(progress.next()) && !stopping.getAsBoolean()) {
      long asked = System.nanoTime();
      Delivery delivery = stream.next(GLANCE);
      long now = System.nanoTime();
      meter.waited(now - asked, !(delivery instanceof Delivery.Nothing));
      switch (delivery) {
        case Delivery.Nothing _ -> {
          if (now - lastArrival > plan.cadence().starvation().toNanos()) {
            save();
          }
          continue;
        }
        case Delivery.Batch batch -> progress = train(progress, batch);
        case Delivery.Skipped skipped -> progress = passOver(progress, skipped);
      }
      try {
        progress = settle(progress, stopping);
      } catch (CancellationException e) {
        // Stopped while it was tested. The weights are past what was settled: not to be saved.
        return progress;
      }
      lastArrival = System.nanoTime();
    }
    save();
    return progress;
  }

  private Progress train(Progress progress, Delivery.Batch batch) {
    StepResult result = step.accumulate(batch.pairs());
    double rate = plan.rates(batch.number()).learningRate();
    meter.trained(batch.number(), result, rate);
    SortedMap<String, Double> measures = new TreeMap<>();
    measures.put("loss", result.loss());
    measures.put("cross_entropy", result.crossEntropy());
    measures.put("alignment", result.alignment());
    measures.put("learning_rate", rate);
    measures.put("top1", (double) result.top1() / result.clips());
    open.add(line(batch.number(), false, result.clips(), batch.crc32c(), measures));
    return progress.trained(result);
  }

  private Progress passOver(Progress progress, Delivery.Skipped skipped) {
    meter.skipped(skipped.number(), skipped.cause());
    open.add(line(skipped.number(), true, 0, skipped.crc32c(), new TreeMap<>()));
    Progress passed = progress.passedOver();
    long seen = passed.batches() + passed.skipped();
    if (seen >= 100 && passed.skipped() > plan.cadence().maxBadRatio() * seen) {
      throw ServiceException.badInput(
          "%d of %d batches had no data, more than --max-bad-ratio %s"
              .formatted(passed.skipped(), seen, plan.cadence().maxBadRatio()));
    }
    return passed;
  }

  private LedgerEntry line(
      long number, boolean skipped, int clips, long crc, SortedMap<String, Double> measures) {
    return new LedgerEntry(
        LedgerEntry.Service.TRAINER,
        plan.trainer(),
        plan.runId(),
        plan.order().id(number),
        skipped,
        clips,
        crc,
        measures);
  }

  /// After the last batch of a step: moves the weights, and does what is due then.
  private Progress settle(Progress progress, BooleanSupplier stopping) throws InterruptedException {
    long number = progress.next() - 1;
    BatchId id = plan.order().id(number);
    boolean epochEnd = id.batch() + 1 == plan.order().batchesPerEpoch();
    if ((id.batch() + 1) % plan.cadence().accumulate() != 0 && !epochEnd) {
      return progress;
    }
    Progress settled = progress;
    if (step.accumulated() > 0) {
      step.update(plan.rates(number));
      meter.stepped();
      settled = settled.stepped();
    }
    if (epochEnd) {
      settled = evaluate(settled, id.epoch(), stopping);
    }
    checkpoints.settled(settled, List.copyOf(open), plan.cadence().accumulate() > 1);
    open.clear();
    if (epochEnd || checkpoints.unsaved() >= plan.cadence().checkpointEvery()) {
      save();
    }
    return settled;
  }

  private Progress evaluate(Progress progress, long epoch, BooleanSupplier stopping)
      throws InterruptedException {
    boolean last = plan.order().finished(progress.next());
    SortedMap<String, Accuracy> accuracies = meter.pause(() -> evaluator.evaluate(last, stopping));
    meter.evaluated(epoch, accuracies);
    Optional<Double> selected =
        evaluator.plan().selecting().map(accuracies::get).map(Accuracy::top1);
    return progress.epochEnded(epoch, accuracies, selected);
  }

  private void save() throws InterruptedException {
    meter.pause(() -> {
      checkpoints.save();
      return true;
    });
  }
}
