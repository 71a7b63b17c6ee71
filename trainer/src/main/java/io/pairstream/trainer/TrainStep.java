package io.pairstream.trainer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.PairBatch;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.loss.PairLoss;
import io.pairstream.trainer.loss.StepResult;
import io.pairstream.trainer.loss.TopK;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.Pass;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.optim.Gradients;
import io.pairstream.trainer.optim.Optimizer;
import io.pairstream.trainer.optim.Rates;
import io.pairstream.trainer.torch.Torch;
import java.util.function.Consumer;

/// One training step: one forward pass over the originals and their augmented selves together, the
/// loss, the gradients; and then, after as many batches as are accumulated, the optimizer.
///
/// All arrays of a batch live on a manager of that batch. Confined to the training thread.
public final class TrainStep {
  /// @param alignmentWeight λ of the alignment loss
  /// @param mca whether the augmented halves are used at all
  /// @param batchNorm over which rows batch normalisation takes its statistics
  /// @param clipNorm bound on the norm of the gradients; infinite for none
  /// @param seed what dropout is drawn from, with the batch's id
  public record Options(
      double alignmentWeight, boolean mca, BatchNormScope batchNorm, double clipNorm, long seed) {
    public Options {
      if (!(alignmentWeight >= 0) || Double.isInfinite(alignmentWeight)) {
        throw new IllegalArgumentException(
            "alignment weight " + alignmentWeight + " is not a number from 0 on");
      }
      if (!(clipNorm > 0)) {
        throw new IllegalArgumentException("gradient norm bound " + clipNorm + " is not positive");
      }
    }
  }

  private final VideoNet net;
  private final Optimizer optimizer;
  private final BatchAssembler assembler;
  private final Options options;
  private final Gradients gradients;
  private final Engine engine;
  private int accumulated;

  public TrainStep(VideoNet net, Optimizer optimizer, BatchAssembler assembler, Options options) {
    this.net = net;
    this.optimizer = optimizer;
    this.assembler = assembler;
    this.options = options;
    this.gradients = Gradients.of(net);
    this.engine = Engine.getEngine(net.manager().getEngine().getEngineName());
    Torch.recordGradients(false);
  }

  /// Adds a batch's gradients.
  ///
  /// @throws ServiceException (4) naming the batch if its loss is not a number; no weight has
  ///   changed then
  public StepResult accumulate(PairBatch batch) {
    try (NDManager scope = net.manager().newSubManager()) {
      return accumulate(assembler.assemble(scope, batch, options.mca()), batch.id(), _ -> {});
    }
  }

  /// The same for rows that are assembled already.
  ///
  /// @param observer told the logits of all rows
  StepResult accumulate(BatchAssembler.Rows rows, BatchId id, Consumer<NDArray> observer) {
    CounterRandom random =
        CounterRandom.of(options.seed(), id, CounterRandom.WHOLE_BATCH, "dropout");
    Torch.seed(random.nextLong());
    try (GradientCollector collector = engine.newGradientCollector()) {
      BatchNormScope scope = rows.paired() ? options.batchNorm() : BatchNormScope.JOINT;
      NDArray logits = net.forward(rows.clips(), Pass.training(scope));
      observer.accept(logits);
      PairLoss loss =
          rows.paired()
              ? PairLoss.ofPair(logits, rows.labels(), options.alignmentWeight())
              : PairLoss.ofOriginals(logits, rows.labels());
      StepResult result = result(loss, logits, rows.labels().toLongArray());
      if (!Double.isFinite(result.loss())) {
        throw ServiceException.badInput(
            "the loss of batch "
                + id
                + " is "
                + result.loss()
                + ": training stops here, the last checkpoint stays; a smaller learning rate may"
                + " help");
      }
      collector.backward(loss.total());
      accumulated++;
      return result;
    }
  }

  /// How many batches have been accumulated since the last update.
  public int accumulated() {
    return accumulated;
  }

  /// Moves the weights by the mean of the accumulated gradients.
  public void update(Rates rates) {
    if (accumulated > 1) {
      gradients.scale(1.0 / accumulated);
    }
    if (options.clipNorm() < Double.POSITIVE_INFINITY) {
      gradients.clip(options.clipNorm());
    }
    optimizer.step(rates, gradients);
    gradients.zero();
    accumulated = 0;
  }

  /// The gradients so far, by parameter name.
  Gradients gradients() {
    return gradients;
  }

  private static StepResult result(PairLoss loss, NDArray logits, long[] labels) {
    float[] scores = logits.toType(DataType.FLOAT32, false).toFloatArray();
    float[] originals =
        java.util.Arrays.copyOf(scores, Math.toIntExact(labels.length * logits.getShape().get(1)));
    NDArray alignment = loss.alignment();
    return new StepResult(
        number(loss.total()),
        number(loss.crossEntropy()),
        alignment == null ? 0 : number(alignment),
        labels.length,
        TopK.correct(originals, labels, 1),
        TopK.correct(originals, labels, 5));
  }

  private static double number(NDArray scalar) {
    return scalar.toType(DataType.FLOAT64, false).getDouble();
  }
}
