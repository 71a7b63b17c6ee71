package io.pairstream.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.Recipe;
import io.pairstream.clip.Tensor;
import io.pairstream.trainer.torch.NativeTensors;
import java.util.List;

/// Makes the rows of a model from what travels: U8 [N,T,H,W,3] becomes normalised [rows,T,3,H,W],
/// the originals first and then, where there are any and they are wanted, the augmented halves.
public final class BatchAssembler {
  private final Normalization normalization;
  private final DataType dataType;

  /// @param dataType of the model
  public BatchAssembler(Normalization normalization, DataType dataType) {
    this.normalization = normalization;
    this.dataType = dataType;
  }

  /// What goes into a model, and what should come out.
  ///
  /// @param clips [N,T,3,H,W], or [2N,T,3,H,W] with the originals first
  /// @param labels I64 [N]
  /// @param paired whether the augmented rows are there
  public record Rows(NDArray clips, NDArray labels, boolean paired) {}

  /// The rows of a training batch, on `scope`.
  ///
  /// @param augmented whether the augmented halves are wanted
  /// @throws IllegalArgumentException if the pair was made with another mean or std
  public Rows assemble(NDManager scope, PairBatch batch, boolean augmented) {
    if (!batch.normalization().equals(normalization)) {
      throw new IllegalArgumentException(
          "batch "
              + batch.id()
              + " was made with "
              + batch.normalization()
              + ", this trainer uses "
              + normalization);
    }
    NDArray labels = NativeTensors.view(scope, batch.label());
    boolean paired = augmented && !(batch.recipe() instanceof Recipe.Identity);
    long n = batch.clips();
    Shape one = planar(batch.original());
    NDArray clips = scope.zeros(new Shape(paired ? 2 * n : n).addAll(one), dataType);
    if (!paired) {
      fill(clips, batch.original());
      return new Rows(clips, labels, false);
    }
    // Slices are views: what is written into them is written into the rows.
    NDArray originals = clips.get(new NDIndex("0:{}", n));
    NDArray others = clips.get(new NDIndex("{}:{}", n, 2 * n));
    fill(originals, batch.original());
    if (batch.augmented().isPresent()) {
      fill(others, batch.augmented().get());
    } else if (batch.recipe() instanceof Recipe.SwapMix mix) {
      others.addi(swapMix(scope, originals, mix));
    } else {
      throw new IllegalStateException("batch " + batch.id() + " has no augmented half");
    }
    return new Rows(clips, labels, true);
  }

  /// The rows of decoded clips.
  ///
  /// @param frames U8 [N,T,H,W,3]
  public NDArray assemble(NDManager scope, Tensor frames) {
    NDArray clips = scope.zeros(new Shape(frames.shape().dim(0)).addAll(planar(frames)), dataType);
    fill(clips, frames);
    return clips;
  }

  /// [T,3,H,W] of frames [N,T,H,W,3].
  private static Shape planar(Tensor frames) {
    io.pairstream.clip.Shape shape = frames.shape();
    return new Shape(shape.dim(1), 3, shape.dim(2), shape.dim(3));
  }

  /// Writes frames into zeros of [N,T,3,H,W]: pixels are normalised, half-precision values are
  /// already.
  private void fill(NDArray rows, Tensor frames) {
    NDManager scope = rows.getManager();
    // Adding to zeros converts, transposes and keeps the rows' own layout in a single pass.
    rows.addi(NativeTensors.view(scope, frames).transpose(0, 1, 4, 2, 3));
    if (frames.dtype() == DType.U8) {
      rows.divi(255)
          .subi(perChannel(scope, normalization.mean()))
          .divi(perChannel(scope, normalization.std()));
    }
  }

  /// λ·n_c + (1−λ)·n_p[c] on normalised rows [N,T,3,H,W].
  private NDArray swapMix(NDManager scope, NDArray rows, Recipe.SwapMix mix) {
    NDList channels = rows.split(3, 2);
    NDList swapped = new NDList();
    mix.channelOrder().forEach(c -> swapped.add(channels.get(c)));
    NDArray weight =
        scope.create(floats(mix.mixWeight()), new Shape(rows.getShape().get(0), 1, 1, 1, 1));
    NDArray rest = weight.neg().addi(1);
    return rows.mul(weight).addi(NDArrays.concat(swapped, 2).muli(rest));
  }

  private NDArray perChannel(NDManager scope, List<Float> values) {
    return scope.create(floats(values), new Shape(1, 1, 3, 1, 1)).toType(dataType, false);
  }

  private static float[] floats(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
