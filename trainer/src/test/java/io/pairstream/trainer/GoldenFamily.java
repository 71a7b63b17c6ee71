package io.pairstream.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.trainer.model.ModelSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/// The three networks of the golden cases: what their `meta` calls things, and how closely float32
/// can follow float64 in them.
enum GoldenFamily {
  TSM(Tolerances.CHAOTIC),
  SLOWFAST(Tolerances.CHAOTIC),
  UNIFORMER(Tolerances.SMOOTH);

  /// The golden README's table for a float32 run against the float64 values; relative but for
  /// logits and buffers.
  record Tolerances(
      double trainLogits,
      double loss,
      double alignment,
      double totalGradient,
      double worstGradient,
      double medianGradient,
      double secondLogits,
      double secondLoss) {
    static final double EVAL_LOGITS = 1e-4;
    static final double BUFFERS = 1e-4;

    /// Nets with ReLU and batch normalisation at random weights.
    private static final Tolerances CHAOTIC =
        new Tolerances(2e-3, 1e-4, 1e-3, 1e-2, 0.1, 5e-3, 0.1, 5e-3);

    private static final Tolerances SMOOTH =
        new Tolerances(5e-4, 1e-5, 1e-4, 1e-4, 1e-3, 1e-3, 1e-3, 1e-4);

    /// The table is wider for the small pictures of the quick cases.
    double trainLogits(int height) {
      return this == CHAOTIC && height <= 32 ? 5e-3 : trainLogits;
    }
  }

  private final Tolerances tolerances;

  GoldenFamily(Tolerances tolerances) {
    this.tolerances = tolerances;
  }

  Tolerances tolerances() {
    return tolerances;
  }

  /// By the beginning of what a golden file calls its model.
  static GoldenFamily of(String model) {
    if (model.startsWith("TSM ")) {
      return TSM;
    }
    if (model.startsWith("SlowFast R50 ")) {
      return SLOWFAST;
    }
    if (model.startsWith("UniFormer-S")) {
      return UNIFORMER;
    }
    throw new AssertionError("no model of ours is '" + model + "'");
  }

  /// The model of a case.
  ///
  /// @param dropping dropout and drop-path probabilities
  ModelSpec spec(JsonNode meta, DataType type) {
    OptionalDouble dropout = OptionalDouble.of(meta.get("dropout").asDouble());
    OptionalDouble dropPath =
        meta.has("drop_path")
            ? OptionalDouble.of(meta.get("drop_path").asDouble())
            : OptionalDouble.empty();
    return new ModelSpec(
        modelName(meta.path("arch").asText()),
        new ModelSpec.Input(frames(meta), crop(meta)),
        meta.get("classes").asInt(),
        new ModelSpec.Regularization(dropout, dropPath, false),
        0,
        type);
  }

  String modelName(String arch) {
    return switch (this) {
      case TSM -> "tsm-" + arch;
      case SLOWFAST -> "slowfast-8x8-r50";
      case UNIFORMER -> "uniformer-s";
    };
  }

  private int frames(JsonNode meta) {
    return switch (this) {
      case TSM -> meta.get("segments").asInt();
      case SLOWFAST -> meta.get("num_frames_fast").asInt();
      case UNIFORMER -> meta.get("num_frames").asInt();
    };
  }

  private Optional<ModelSpec.Crop> crop(JsonNode meta) {
    return switch (this) {
      case TSM, UNIFORMER -> Optional.empty();
      case SLOWFAST -> {
        int side = meta.get("train_crop").asInt();
        yield Optional.of(new ModelSpec.Crop(side, side));
      }
    };
  }

  /// A golden input, of the shape that the case states, as clips [N,T,3,H,W].
  NDArray clips(NDArray input) {
    Shape shape = input.getShape();
    return switch (this) {
      case TSM -> input.reshape(shape.get(0), shape.get(1) / 3, 3, shape.get(2), shape.get(3));
      case SLOWFAST, UNIFORMER -> input.transpose(0, 2, 1, 3, 4);
    };
  }

  /// The other way round.
  NDArray golden(NDArray clips) {
    Shape shape = clips.getShape();
    return switch (this) {
      case TSM -> clips.reshape(shape.get(0), 3 * shape.get(1), shape.get(3), shape.get(4));
      case SLOWFAST, UNIFORMER -> clips.transpose(0, 2, 1, 3, 4);
    };
  }

  /// A stage's output under the shape that the reference has.
  Summary stage(String name, Summary ours) {
    // Our average pool of TSM is flat already.
    boolean flat = this == TSM && name.equals("base_model.avgpool");
    return flat ? ours.shaped(append(ours.shape(), 1, 1)) : ours;
  }

  private static long[] append(long[] shape, long... more) {
    long[] longer = Arrays.copyOf(shape, shape.length + more.length);
    System.arraycopy(more, 0, longer, shape.length, more.length);
    return longer;
  }
}
