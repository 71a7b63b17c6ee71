package io.pairstream.trainer;

import io.pairstream.clip.BatchId;
import io.pairstream.journal.Event;
import io.pairstream.journal.Message;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.Role;
import io.pairstream.trainer.checkpoint.Accuracy;
import io.pairstream.trainer.checkpoint.EpochMetrics;
import io.pairstream.trainer.checkpoint.Progress;
import io.pairstream.trainer.loss.StepResult;
import io.pairstream.trainer.stream.PairStream;
import io.pairstream.trainer.stream.PairStream.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
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

  /// The batches since the last step of the optimizer, as the journal will be told.
  private final List<Event> open = new ArrayList<>();

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
    boolean starved = false;
    while (!plan.order().finished(progress.next()) && !stopping.getAsBoolean()) {
      long asked = System.nanoTime();
      Delivery delivery = stream.next(GLANCE);
      long now = System.nanoTime();
      meter.waited(now - asked, !(delivery instanceof Delivery.Nothing));
      switch (delivery) {
        case Delivery.Nothing _ -> {
          if (now - lastArrival > plan.cadence().starvation().toNanos()) {
            save();
            if (!starved) {
              checkpoints.tell(List.of(waiting(progress)));
            }
            starved = true;
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
      starved = false;
    }
    save();
    return progress;
  }

  private Message waiting(Progress progress) {
    return new Message.Waiting(Role.AUGMENTER.text(), "batch " + plan.order().id(progress.next()));
  }

  private Progress train(Progress progress, Delivery.Batch batch) {
    StepResult result = step.accumulate(batch.pairs());
    double rate = plan.rates(batch.number()).learningRate();
    meter.trained(batch.number(), result, rate);
    Message.Measures measures =
        new Message.Measures(result.crossEntropy(), result.alignment(), result.top1(), rate);
    open.add(done(batch.number(), result.clips(), batch.crc32c(), Optional.of(measures)));
    return progress.trained(result);
  }

  private Progress passOver(Progress progress, Delivery.Skipped skipped) {
    meter.skipped(skipped.number(), skipped.cause());
    open.add(done(skipped.number(), 0, skipped.crc32c(), Optional.empty()));
    Progress passed = progress.passedOver();
    long seen = passed.batches() + passed.skipped();
    if (seen >= 100 && passed.skipped() > plan.cadence().maxBadRatio() * seen) {
      throw ServiceException.badInput(
          "%d of %d batches had no data, more than --max-bad-ratio %s"
              .formatted(passed.skipped(), seen, plan.cadence().maxBadRatio()));
    }
    return passed;
  }

  /// @param measures nothing of a skipped batch
  private Event done(long number, int clips, long crc, Optional<Message.Measures> measures) {
    return Event.now(
        new Message.Batch(
            plan.order().id(number),
            measures.isEmpty(),
            clips,
            crc,
            OptionalLong.empty(),
            measures,
            false));
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
    // Before the checkpoint that covers it: after a kill it is told again, and never lost.
    checkpoints.tell(epochMessages(progress, epoch, accuracies));
    Optional<Double> selected =
        evaluator.plan().selecting().map(accuracies::get).map(Accuracy::top1);
    return progress.epochEnded(epoch, accuracies, selected);
  }

  private static List<Message> epochMessages(
      Progress progress, long epoch, SortedMap<String, Accuracy> accuracies) {
    List<Message> messages = new ArrayList<>();
    EpochMetrics.Training sums = progress.epoch();
    if (sums.clips() > 0) {
      double clips = sums.clips();
      messages.add(
          new Message.Trained(
              epoch,
              progress.next(),
              progress.steps(),
              sums.clips(),
              sums.loss() / clips,
              sums.crossEntropy() / clips,
              sums.alignment() / clips,
              sums.top1() / clips,
              sums.top5() / clips));
    }
    accuracies.forEach((set, accuracy) ->
        messages.add(
            new Message.Evaluated(
                epoch,
                progress.next(),
                progress.steps(),
                set,
                accuracy.clips(),
                accuracy.top1(),
                accuracy.top5())));
    return messages;
  }

  private void save() throws InterruptedException {
    meter.pause(() -> {
      checkpoints.save();
      return true;
    });
  }
}
