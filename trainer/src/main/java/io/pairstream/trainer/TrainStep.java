package io.pairstream.trainer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.loss.PairLoss;
import io.pairstream.trainer.loss.StepResult;
import io.pairstream.trainer.loss.Targets;
import io.pairstream.trainer.loss.TopK;
import io.pairstream.trainer.mix.Blend;
import io.pairstream.trainer.mix.MixOptions;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.Pass;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.optim.Gradients;
import io.pairstream.trainer.optim.Optimizer;
import io.pairstream.trainer.optim.Rates;
import io.pairstream.trainer.torch.Torch;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/// One training step: one forward pass over the originals and their augmented selves together, the
/// loss, the gradients; and then, after as many batches as are accumulated, the optimizer.
///
/// All arrays of a batch live on a manager of that batch. Confined to the training thread.
public final class TrainStep {
  /// @param alignmentWeight λ of the alignment loss
  /// @param mca whether the augmented halves are used at all
  /// @param batchNorm over which rows batch normalisation takes its statistics
  /// @param clipNorm bound on the norm of the gradients; infinite for none
  /// @param mixing what blends the rows and softens the targets
  /// @param seed what dropout and blends are drawn from, with the batch's id
  public record StepOptions(
      double alignmentWeight,
      boolean mca,
      BatchNormScope batchNorm,
      double clipNorm,
      MixOptions mixing,
      long seed) {
    public StepOptions {
      if (!(alignmentWeight >= 0) || Double.isInfinite(alignmentWeight)) {
        throw new IllegalArgumentException(
            "alignment weight " + alignmentWeight + " is not a number from 0 on");
      }
      if (!(clipNorm > 0)) {
        throw new IllegalArgumentException("gradient norm bound " + clipNorm + " is not positive");
      }
    }

    /// With rows and labels as they are.
    public StepOptions(
        double alignmentWeight, boolean mca, BatchNormScope batchNorm, double clipNorm, long seed) {
      this(alignmentWeight, mca, batchNorm, clipNorm, MixOptions.NONE, seed);
    }
  }

  private final VideoNet net;
  private final Optimizer optimizer;
  private final BatchAssembler assembler;
  private final StepOptions options;
  private final Gradients gradients;
  private final Engine engine;
  private final SelfCheck selfCheck;
  private int accumulated;
  private @Nullable BatchId latest;

  public TrainStep(
      VideoNet net, Optimizer optimizer, BatchAssembler assembler, StepOptions options) {
    this(net, optimizer, assembler, options, 0);
  }

  /// @param checkEvery every how many batches gradients are computed twice and compared; 0 for none
  public TrainStep(
      VideoNet net,
      Optimizer optimizer,
      BatchAssembler assembler,
      StepOptions options,
      int checkEvery) {
    this.net = net;
    this.optimizer = optimizer;
    this.assembler = assembler;
    this.options = options;
    this.gradients = Gradients.of(net);
    this.engine = Engine.getEngine(net.manager().getEngine().getEngineName());
    this.selfCheck = new SelfCheck(net, gradients, checkEvery);
    Torch.recordGradients(false);
  }

  /// Adds a batch's gradients.
  ///
  /// @throws ServiceException naming the batch: (4) if its loss is not a number, (3) if its
  ///   gradients were computed twice and differ; no weight has changed then
  public StepResult accumulate(PairBatch batch) {
    try (NDManager scope = net.manager().newSubManager()) {
      BatchAssembler.Rows rows = assembler.assemble(scope, batch, options.mca());
      Shape shape = rows.clips().getShape();
      Blend blend =
          options.mixing().draw(random(batch.id(), "mix"), (int) shape.get(3), (int) shape.get(4));
      return accumulate(rows, blend, batch.id(), _ -> {});
    }
  }

  /// The same for rows that are assembled already and a blend that is drawn already.
  ///
  /// @param observer told the logits of all rows
  StepResult accumulate(
      BatchAssembler.Rows rows, Blend blend, BatchId id, Consumer<NDArray> observer) {
    BatchAssembler.Rows blended =
        new BatchAssembler.Rows(blend.apply(rows.clips()), rows.labels(), rows.paired());
    StepResult result;
    if (selfCheck.due()) {
      SortedMap<String, Tensor> rehearsed =
          selfCheck.rehearse(() -> passes(blended, blend, id, _ -> {}));
      result = passes(blended, blend, id, observer);
      selfCheck.requireSame(id, rehearsed);
    } else {
      result = passes(blended, blend, id, observer);
    }
    accumulated++;
    latest = id;
    return result;
  }

  /// The forward and the backward pass over rows that are blended already.
  private StepResult passes(
      BatchAssembler.Rows rows, Blend blend, BatchId id, Consumer<NDArray> observer) {
    Torch.seed(random(id, "dropout").nextLong());
    try (GradientCollector collector = engine.newGradientCollector()) {
      BatchNormScope scope = rows.paired() ? options.batchNorm() : BatchNormScope.JOINT;
      NDArray logits = net.forward(rows.clips(), Pass.training(scope));
      observer.accept(logits);
      Targets targets = options.mixing().targets(rows.labels(), blend, logits);
      PairLoss loss =
          rows.paired()
              ? PairLoss.ofPair(logits, targets, options.alignmentWeight())
              : PairLoss.ofOriginals(logits, targets);
      StepResult result = result(loss, logits, rows.labels().toLongArray());
      if (!Double.isFinite(result.loss())) {
        throw noNumber("the loss of batch " + id + " is " + result.loss());
      }
      collector.backward(loss.total());
      return result;
    }
  }

  private CounterRandom random(BatchId id, String purpose) {
    return CounterRandom.of(options.seed(), id, CounterRandom.WHOLE_BATCH, purpose);
  }

  private static ServiceException noNumber(String what) {
    return ServiceException.badInput(
        what
            + ": training stops here, the last checkpoint stays; a smaller learning rate may help");
  }

  /// How many batches have been accumulated since the last update.
  public int accumulated() {
    return accumulated;
  }

  /// Moves the weights by the mean of the accumulated gradients.
  ///
  /// @throws ServiceException (4) naming the latest batch if a gradient is not a number; no weight
  ///   has changed then
  public void update(Rates rates) {
    update(rates, _ -> {});
  }

  /// The same.
  ///
  /// @param observer told the norm of the gradients before they were clipped, when they are and the
  ///   weights have not moved yet
  void update(Rates rates, DoubleConsumer observer) {
    if (accumulated > 1) {
      gradients.scale(1.0 / accumulated);
    }
    double norm = gradients.clip(options.clipNorm());
    if (!Double.isFinite(norm)) {
      // A finite loss may have such gradients, and the next checkpoint would keep what they make.
      throw noNumber("the gradients of batch " + latest + " are no finite numbers");
    }
    observer.accept(norm);
    optimizer.step(rates, gradients);
    gradients.zero();
    accumulated = 0;
  }

  /// How many batches were computed twice, with the same gradients.
  public long selfChecks() {
    return selfCheck.checks();
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
