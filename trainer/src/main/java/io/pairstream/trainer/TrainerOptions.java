package io.pairstream.trainer;

import ai.djl.ndarray.types.DataType;
import io.pairstream.config.DeviceChoice;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.OptionException;
import io.pairstream.config.Topics;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.RunSpec;
import io.pairstream.trainer.mix.MixOptions;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.optim.OptimizerSpec;
import io.pairstream.trainer.optim.Schedule;
import io.pairstream.trainer.weights.WeightSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a trainer is told; everything else it takes from the run.
///
/// @param input where the batches come from
/// @param model what is trained
/// @param learning how
/// @param storage where checkpoints go
/// @param evaluation what is tested when
/// @param compute on what
public record TrainerOptions(
    Input input,
    Model model,
    Learning learning,
    Storage storage,
    Evaluation evaluation,
    Compute compute) {

  /// @param kafka where the broker is
  /// @param topics of the run
  /// @param name of this trainer, one of those that the run declares
  /// @param prefetch how many batches are read ahead
  /// @param limits how long to wait, how much to bear
  public record Input(KafkaOptions kafka, Topics topics, String name, int prefetch, Limits limits) {
    public Input {
      OptionException.requireAtLeast("--prefetch", prefetch, 1);
    }

    /// Four batches ahead, the usual limits.
    public Input(KafkaOptions kafka, Topics topics, String name) {
      this(kafka, topics, name, 4, Limits.USUAL);
    }
  }

  /// @param gapTimeout how long a missing batch is waited for while later ones come
  /// @param patience how long to wait for the run to be declared
  /// @param maxBadRatio the share of batches that may be skipped, in [0,1], once 100 were seen
  public record Limits(Duration gapTimeout, Duration patience, double maxBadRatio) {
    /// 300 s for gaps, 5 minutes for the run, a tenth.
    public static final Limits USUAL =
        new Limits(Duration.ofSeconds(300), Duration.ofMinutes(5), 0.1);

    public Limits {
      if (!gapTimeout.isPositive()) {
        throw new OptionException("--gap-timeout", gapTimeout.toSeconds() + " is not at least 1");
      }
      OptionException.requireAtLeast("--run-timeout", patience.toSeconds(), 0);
      OptionException.requireShare("--max-bad-ratio", maxBadRatio);
    }
  }

  /// @param name one of [VideoNets#names()], or a TorchScript file
  /// @param regularization what training leaves out
  /// @param batchNorm over which rows batch normalisation takes its statistics
  /// @param channels the order in which the model takes colours
  /// @param init weights to begin with
  public record Model(
      String name,
      ModelSpec.Regularization regularization,
      BatchNormScope batchNorm,
      ChannelOrder channels,
      Optional<WeightSource> init) {
    /// With what the model's authors use beside dropout, and colours as they come.
    public Model(
        String name,
        OptionalDouble dropout,
        BatchNormScope batchNorm,
        Optional<WeightSource> init) {
      this(
          name,
          new ModelSpec.Regularization(dropout, OptionalDouble.empty(), false),
          batchNorm,
          ChannelOrder.RGB,
          init);
    }

    /// Refuses what no run could make right.
    ///
    /// @throws ServiceException (2) with one sentence if there is no such model, a file is none of
    ///   its kind, or a TorchScript file is told what it decides by itself
    public void requirePossible() {
      try {
        VideoNets.requireKnown(name);
      } catch (IllegalArgumentException e) {
        throw ServiceException.usage(String.valueOf(e.getMessage()), e);
      }
      if (VideoNets.isFile(name)) {
        requireLeftToTheFile();
      }
      init.ifPresent(InitialWeights::requireReadable);
    }

    private void requireLeftToTheFile() {
      if (batchNorm != BatchNormScope.JOINT) {
        throw ServiceException.usage(
            "--batch-norm %s: the TorchScript model %s normalises all rows together"
                .formatted(batchNorm.text(), name));
      }
      if (dropout().isPresent()) {
        throw ServiceException.usage("--dropout: the TorchScript model " + name + " has its own");
      }
      if (regularization.dropPath().isPresent() || regularization.partialBatchNorm()) {
        throw ServiceException.usage(
            "--drop-path, --partial-batch-norm: the TorchScript model " + name + " has its own");
      }
    }

    public OptionalDouble dropout() {
      return regularization.dropout();
    }

    /// Refuses clips that the model does not take, before there is a run.
    ///
    /// @throws IllegalArgumentException with one sentence
    public void requireTakes(int frames, int height, int width) {
      ModelSpec.Crop crop = new ModelSpec.Crop(height, width);
      VideoNets.requirePossible(
          new ModelSpec(
              name,
              new ModelSpec.Input(frames, Optional.of(crop)),
              1,
              regularization,
              0,
              DataType.FLOAT32));
    }

    /// The model for a run's clips.
    ModelSpec spec(RunSpec.Content content) {
      ModelSpec.Crop crop = new ModelSpec.Crop(content.height(), content.width());
      return new ModelSpec(
          name,
          new ModelSpec.Input(content.frames(), Optional.of(crop)),
          content.classNames().size(),
          regularization,
          content.seed(),
          DataType.FLOAT32);
    }
  }

  /// @param objective what is minimised
  /// @param optimizer which one, with its momentum
  /// @param rate the learning rate and what it follows
  /// @param weightDecay before the multipliers of parameter groups
  /// @param accumulate batches to a step of the optimizer
  public record Learning(
      Objective objective, OptimizerSpec optimizer, Rate rate, double weightDecay, int accumulate) {
    public Learning {
      OptionException.requireFromZero("--weight-decay", weightDecay);
      OptionException.requireAtLeast("--accumulate", accumulate, 1);
    }

    /// Towards hard labels.
    public Learning(
        boolean mca,
        double alignmentWeight,
        OptimizerSpec optimizer,
        Rate rate,
        double weightDecay,
        int accumulate) {
      this(
          new Objective(mca, alignmentWeight, MixOptions.NONE),
          optimizer,
          rate,
          weightDecay,
          accumulate);
    }
  }

  /// @param mca whether the augmented halves are used; without, an ordinary baseline
  /// @param alignmentWeight λ of the alignment loss
  /// @param mixing what blends the rows and softens the targets
  public record Objective(boolean mca, double alignmentWeight, MixOptions mixing) {
    public Objective {
      OptionException.requireFromZero("--alignment-weight", alignmentWeight);
    }
  }

  /// @param peak the learning rate
  /// @param schedule what becomes of it
  /// @param clipNorm bound on the norm of the gradients; infinite for none
  public record Rate(double peak, Schedule schedule, double clipNorm) {
    public Rate {
      if (!(peak > 0) || Double.isInfinite(peak)) {
        throw new OptionException("--learning-rate", peak + " is not a number above 0");
      }
      if (!(clipNorm > 0)) {
        throw new OptionException("--clip-norm", clipNorm + " is not a number above 0");
      }
    }
  }

  /// @param checkpoints a folder for this trainer alone
  /// @param resume whether to go on with the checkpoints in it; without, there may be none
  /// @param checkpointEvery batches; absent: 50, or half the credit where that is less
  public record Storage(Path checkpoints, boolean resume, OptionalLong checkpointEvery) {
    public Storage {
      checkpointEvery.ifPresent(
          every -> OptionException.requireAtLeast("--checkpoint-every", every, 1));
    }
  }

  /// @param everyEpoch names of sets; absent: all that are not in `atEnd`
  /// @param atEnd names of sets that are tested only after the last epoch
  /// @param maxKeptBytes bound on decoded validation clips that are kept in memory
  public record Evaluation(
      Optional<List<String>> everyEpoch, List<String> atEnd, long maxKeptBytes) {
    /// Every set after each epoch, 256 MiB kept.
    public static final Evaluation EVERYTHING =
        new Evaluation(Optional.empty(), List.of(), 256L << 20);
  }

  /// What the arithmetic is done on; it is no part of a checkpoint's fingerprint, and may change
  /// with a resumption. Results are the same bits only on the same, and on the processor only with
  /// as many threads.
  ///
  /// @param threads how many threads an operation of libtorch may use
  /// @param device the processor or a GPU
  /// @param selfCheck every how many batches gradients are computed twice and compared; 0 for none
  public record Compute(int threads, DeviceChoice device, int selfCheck) {
    public Compute {
      OptionException.requireAtLeast("--self-check", selfCheck, 0);
      OptionException.requireAtLeast("--threads", threads, 1);
    }

    /// On the processor, without checking itself.
    public Compute(int threads) {
      this(threads, new DeviceChoice.Cpu(), 0);
    }
  }

  /// What the weights depend on beside the run, by option, for the checkpoint.
  SortedMap<String, String> fingerprint() {
    SortedMap<String, String> options = new TreeMap<>();
    options.put("accumulate", Integer.toString(learning.accumulate));
    options.put("alignment-weight", Double.toString(learning.objective.alignmentWeight));
    options.put("batch-norm", model.batchNorm.text());
    options.put("channel-order", model.channels.text());
    options.put("clip-norm", Double.toString(learning.rate.clipNorm));
    options.put("drop-path", text(model.regularization.dropPath()));
    options.put("dropout", text(model.dropout()));
    options.put("label-smoothing", Double.toString(learning.objective.mixing.labelSmoothing()));
    options.put("learning-rate", Double.toString(learning.rate.peak));
    options.put("mca", Boolean.toString(learning.objective.mca));
    options.put("mixing", learning.objective.mixing.text());
    options.put("optimizer", learning.optimizer.text());
    options.put("partial-batch-norm", Boolean.toString(model.regularization.partialBatchNorm()));
    options.put("schedule", learning.rate.schedule.toString());
    options.put("weight-decay", Double.toString(learning.weightDecay));
    return options;
  }

  private static String text(OptionalDouble probability) {
    return probability.isPresent() ? "" + probability.getAsDouble() : "default";
  }
}
