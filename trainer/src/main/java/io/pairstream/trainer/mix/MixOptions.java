package io.pairstream.trainer.mix;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.pairstream.clip.CounterRandom;
import io.pairstream.config.OptionException;
import io.pairstream.trainer.loss.Targets;

/// What softens the targets of a batch: label smoothing, MixUp and CutMix.
///
/// @param labelSmoothing share of a target that is spread over all classes, in [0,1)
/// @param mixUp α of Beta(α,α), which MixUp's weight is drawn from; 0 for no MixUp
/// @param cutMix α of Beta(α,α), which CutMix's weight is drawn from; 0 for no CutMix
/// @param probability of blending a batch at all
/// @param cutMixShare share of CutMix in the blended batches, where there are both
public record MixOptions(
    double labelSmoothing, double mixUp, double cutMix, double probability, double cutMixShare) {
  /// Hard labels.
  public static final MixOptions NONE = new MixOptions(0, 0, 0, 1, 0.5);

  public MixOptions {
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new OptionException("--label-smoothing", labelSmoothing + " is outside [0,1)");
    }
    OptionException.requireFromZero("--mixup", mixUp);
    OptionException.requireFromZero("--cutmix", cutMix);
    OptionException.requireShare("--mix-probability", probability);
    OptionException.requireShare("--cutmix-share", cutMixShare);
  }

  /// The blend of one batch.
  ///
  /// @param random of this batch alone
  /// @param height of its pictures
  /// @param width of its pictures
  public Blend draw(CounterRandom random, int height, int width) {
    if (mixUp == 0 && cutMix == 0) {
      return new Blend.None();
    }
    if (random.nextDouble() >= probability) {
      return new Blend.None();
    }
    boolean cut = mixUp == 0 || (cutMix > 0 && random.nextDouble() < cutMixShare);
    double alpha = cut ? cutMix : mixUp;
    double weight = random.nextBeta(alpha, alpha);
    if (weight == 1) {
      return new Blend.None();
    }
    return cut
        ? Blend.CutMix.around(random.nextInt(height), random.nextInt(width), weight, height, width)
        : new Blend.MixUp(weight);
  }

  /// The targets of a blended batch.
  ///
  /// @param labels I64 [N]
  /// @param logits [rows,classes], whose manager and type the targets get
  public Targets targets(NDArray labels, Blend blend, NDArray logits) {
    if (labelSmoothing == 0 && blend.weight() == 1) {
      return new Targets.Classes(labels);
    }
    int classes = Math.toIntExact(logits.getShape().get(1));
    return new Targets.Distributions(
        distributions(
            logits.getManager(),
            labels.toLongArray(),
            classes,
            blend.weight(),
            logits.getDataType()));
  }

  /// Smoothed targets blended with those of the reversed batch, [N,C]: a class has `1 − s + s/C`
  /// where it is the label and `s/C` elsewhere. Computed in float32 whatever the model's type, as
  /// the reference does.
  private NDArray distributions(
      NDManager manager, long[] labels, int classes, double weight, DataType type) {
    double spread = labelSmoothing / classes;
    float off = (float) spread;
    float on = (float) (1 - labelSmoothing + spread);
    float own = (float) weight;
    float other = (float) (1 - weight);
    float[] targets = new float[labels.length * classes];
    for (int row = 0; row < labels.length; row++) {
      long label = labels[row];
      long reversed = labels[labels.length - 1 - row];
      for (int c = 0; c < classes; c++) {
        targets[row * classes + c] =
            (c == label ? on : off) * own + (c == reversed ? on : off) * other;
      }
    }
    return manager.create(targets, new Shape(labels.length, classes)).toType(type, false);
  }

  /// For the checkpoint: what the weights depend on.
  public String text() {
    return "mixup %s, cutmix %s, probability %s, cutmix share %s"
        .formatted(mixUp, cutMix, probability, cutMixShare);
  }
}
