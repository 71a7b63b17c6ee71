package io.pairstream.trainer.model;

import ai.djl.ndarray.types.DataType;
import io.pairstream.config.OptionException;
import java.util.Optional;
import java.util.OptionalDouble;

/// What a model is built from.
///
/// @param name one of [VideoNets#names()]
/// @param input what a clip is
/// @param classes how many classes
/// @param regularization what training leaves out
/// @param seed what the weights begin from
/// @param dataType FLOAT32, or FLOAT64 for exact comparison
public record ModelSpec(
    String name,
    Input input,
    int classes,
    Regularization regularization,
    long seed,
    DataType dataType) {

  /// @param segments T, frames of a clip
  /// @param crop size of the training clips, which fixes the windows of SlowFast's head; absent:
  ///   they cover the whole picture
  public record Input(int segments, Optional<Crop> crop) {}

  /// @param height in pixels
  /// @param width in pixels
  public record Crop(int height, int width) {
    public Crop {
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException("no crop of " + height + "×" + width + " pixels");
      }
    }

    @Override
    public String toString() {
      return height + "×" + width;
    }
  }

  /// @param dropout probability before the classifier; absent: the model's own
  /// @param dropPath probability of losing a branch in the last block; absent: the model's own
  /// @param partialBatchNorm whether every batch normalisation but the first is frozen
  public record Regularization(
      OptionalDouble dropout, OptionalDouble dropPath, boolean partialBatchNorm) {
    /// What the model's authors use.
    public static final Regularization OWN =
        new Regularization(OptionalDouble.empty(), OptionalDouble.empty(), false);

    public Regularization {
      requireShare("--dropout", dropout);
      requireShare("--drop-path", dropPath);
    }

    private static void requireShare(String what, OptionalDouble probability) {
      probability.ifPresent(p -> {
        if (!(p >= 0 && p < 1)) {
          throw new OptionException(what, p + " is outside [0,1)");
        }
      });
    }
  }

  public ModelSpec {
    if (input.segments() < 1 || classes < 1) {
      throw new IllegalArgumentException(
          "a model needs at least 1 segment and 1 class, not "
              + input.segments()
              + " and "
              + classes);
    }
  }

  /// With nothing said of crops and drop-path.
  public ModelSpec(
      String name,
      int segments,
      int classes,
      OptionalDouble dropout,
      long seed,
      DataType dataType) {
    this(
        name,
        new Input(segments, Optional.empty()),
        classes,
        new Regularization(dropout, OptionalDouble.empty(), false),
        seed,
        dataType);
  }

  public int segments() {
    return input.segments();
  }

  public OptionalDouble dropout() {
    return regularization.dropout();
  }
}
