package io.pairstream.trainer.command;

import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.Usage;
import io.pairstream.trainer.TrainerOptions.Learning;
import io.pairstream.trainer.TrainerOptions.Objective;
import io.pairstream.trainer.TrainerOptions.Rate;
import io.pairstream.trainer.mix.MixOptions;
import io.pairstream.trainer.optim.OptimizerSpec;
import io.pairstream.trainer.optim.Schedule;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a model learns; the defaults are those of the MCA authors' TSM training.
@OptionGroup("Learning")
public final class LearningFlags {
  @Option(
      names = "--baseline",
      description = "Train on the originals only: an ordinary baseline without MCA.")
  private boolean baseline;

  @Option(
      names = "--alignment-weight",
      paramLabel = "LAMBDA",
      defaultValue = "1",
      description =
          "Weight of the alignment loss between original and augmented (default: ${DEFAULT-VALUE}).")
  private double alignmentWeight;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      defaultValue = "sgd",
      description = "sgd, nesterov or adamw (default: ${DEFAULT-VALUE}).")
  private String optimizer = "sgd";

  @Option(
      names = "--momentum",
      paramLabel = "M",
      defaultValue = "0.9",
      description = "Momentum of SGD, first beta of AdamW (default: ${DEFAULT-VALUE}).")
  private double momentum;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      defaultValue = "0.01",
      description = "Its highest value (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "SCHEDULE",
      defaultValue = "cosine",
      description =
          "What becomes of the learning rate: constant, step:EPOCH,… (a tenth from each of these"
              + " epochs on), cosine[:END], epoch-cosine[:END] (the same within an epoch) or one-cycle"
              + " (default: ${DEFAULT-VALUE}).")
  private String schedule = "cosine";

  @Option(
      names = "--warm-up-epochs",
      paramLabel = "EPOCHS",
      defaultValue = "0",
      description =
          "Rise linearly to the schedule first; may be a fraction (default: ${DEFAULT-VALUE}).")
  private double warmUpEpochs;

  @Option(
      names = "--warm-up-start",
      paramLabel = "RATE",
      defaultValue = "0",
      description =
          "The learning rate at the beginning of the warm-up (default: ${DEFAULT-VALUE}).")
  private double warmUpStart;

  @Option(
      names = "--weight-decay",
      paramLabel = "DECAY",
      defaultValue = "5e-4",
      description = "Weight decay (default: ${DEFAULT-VALUE}).")
  private double weightDecay;

  @Option(
      names = "--clip-norm",
      paramLabel = "NORM",
      description = "Bound on the norm of all gradients together (default: none).")
  private @Nullable Double clipNorm;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      defaultValue = "1",
      description = "Batches to one step of the optimizer (default: ${DEFAULT-VALUE}).")
  private int accumulate;

  @Option(
      names = "--label-smoothing",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "Share of a target that is spread over all classes (default: ${DEFAULT-VALUE}).")
  private double labelSmoothing;

  @Option(
      names = "--mixup",
      paramLabel = "ALPHA",
      defaultValue = "0",
      description =
          "MixUp of each batch with itself in reverse, the weight drawn from Beta(ALPHA, ALPHA);"
              + " after the augmented halves are joined; 0 for none (default: ${DEFAULT-VALUE}).")
  private double mixUp;

  @Option(
      names = "--cutmix",
      paramLabel = "ALPHA",
      defaultValue = "0",
      description = "CutMix in the same way; 0 for none (default: ${DEFAULT-VALUE}).")
  private double cutMix;

  @Option(
      names = "--mix-probability",
      paramLabel = "P",
      defaultValue = "1",
      description = "Share of the batches with MixUp or CutMix (default: ${DEFAULT-VALUE}).")
  private double mixProbability;

  @Option(
      names = "--cutmix-share",
      paramLabel = "P",
      defaultValue = "0.5",
      description = "Share of CutMix where there is MixUp too (default: ${DEFAULT-VALUE}).")
  private double cutMixShare;

  public Learning learning() {
    OptimizerSpec rule =
        Usage.checked("--optimizer", () -> OptimizerSpec.parse(optimizer, momentum));
    Schedule course = Usage.checked("--schedule", () -> Schedule.parse(schedule));
    return Usage.checked(() ->
        new Learning(
            new Objective(!baseline, alignmentWeight, mixing()),
            rule,
            new Rate(
                learningRate,
                course.after(warmUpEpochs, warmUpStart),
                clipNorm == null ? Double.POSITIVE_INFINITY : clipNorm),
            weightDecay,
            accumulate));
  }

  private MixOptions mixing() {
    return new MixOptions(labelSmoothing, mixUp, cutMix, mixProbability, cutMixShare);
  }
}
