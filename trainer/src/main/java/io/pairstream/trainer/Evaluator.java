package io.pairstream.trainer;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.ClipBatch;
import io.pairstream.trainer.checkpoint.Accuracy;
import io.pairstream.trainer.loss.TopK;
import io.pairstream.trainer.model.Pass;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.stream.ValidationClips;
import io.pairstream.trainer.torch.Torch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/// Tests a model on the run's validation sets: top-1 and top-5, counted clip by clip from what was
/// decoded.
public final class Evaluator {
  /// Which sets are tested when.
  ///
  /// @param everyEpoch after each epoch, in the run's order; the first one selects the best
  ///   checkpoint
  /// @param atEnd only after the last epoch
  public record Plan(List<String> everyEpoch, List<String> atEnd) {
    public Plan {
      everyEpoch = List.copyOf(everyEpoch);
      atEnd = List.copyOf(atEnd);
    }

    /// The sets after an epoch.
    Set<String> after(boolean lastEpoch) {
      Set<String> sets = new HashSet<>(everyEpoch);
      if (lastEpoch) {
        sets.addAll(atEnd);
      }
      return sets;
    }

    /// The set that the best checkpoint is chosen by.
    Optional<String> selecting() {
      return everyEpoch.stream().findFirst();
    }
  }

  private final VideoNet net;
  private final BatchAssembler assembler;
  private final ValidationClips clips;
  private final Plan plan;

  public Evaluator(VideoNet net, BatchAssembler assembler, ValidationClips clips, Plan plan) {
    this.net = net;
    this.assembler = assembler;
    this.clips = clips;
    this.plan = plan;
  }

  public Plan plan() {
    return plan;
  }

  /// Accuracies by set, of the model as it is now.
  ///
  /// @param stopping asked between batches
  /// @throws CancellationException if it said yes
  public SortedMap<String, Accuracy> evaluate(boolean lastEpoch, BooleanSupplier stopping) {
    Torch.recordGradients(false);
    Map<String, Counts> counts = new HashMap<>();
    clips.forEach(
        plan.after(lastEpoch),
        (set, batch) -> {
          if (stopping.getAsBoolean()) {
            throw new CancellationException("stopped during an evaluation");
          }
          counts.merge(set, count(batch), Counts::plus);
        });
    SortedMap<String, Accuracy> accuracies = new TreeMap<>();
    counts.forEach((set, count) -> accuracies.put(set, count.accuracy()));
    return accuracies;
  }

  private Counts count(ClipBatch batch) {
    try (NDManager scope = net.manager().newSubManager()) {
      float[] logits =
          net.forward(assembler.assemble(scope, batch.frames()), Pass.evaluation())
              .toType(DataType.FLOAT32, false)
              .toFloatArray();
      long[] labels = batch.label().toLongs();
      return new Counts(
          labels.length, TopK.correct(logits, labels, 1), TopK.correct(logits, labels, 5));
    }
  }

  private record Counts(long clips, long top1, long top5) {
    Counts plus(Counts other) {
      return new Counts(clips + other.clips, top1 + other.top1, top5 + other.top5);
    }

    Accuracy accuracy() {
      return new Accuracy(clips, (double) top1 / clips, (double) top5 / clips);
    }
  }
}
