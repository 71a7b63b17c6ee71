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
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Tensor;
import io.pairstream.trainer.torch.NativeTensors;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/// Makes the rows of a model from what travels: U8 [N,T,H,W,3] becomes normalised [rows,T,3,H,W],
/// the originals first and then, where there are any and they are wanted, the augmented halves.
public final class BatchAssembler {
  private final Normalization normalization;
  private final DataType dataType;
  private final ChannelOrder channels;

  /// Where pixels from the heap pass through on their way into libtorch; grows to the largest
  /// batch. One each batch would lie around until the next collection.
  private ByteBuffer staging = ByteBuffer.allocateDirect(0);

  /// @param dataType of the model
  /// @param channels the order in which the model takes colours
  public BatchAssembler(Normalization normalization, DataType dataType, ChannelOrder channels) {
    this.normalization = normalization;
    this.dataType = dataType;
    this.channels = channels;
  }

  /// With colours as they come.
  public BatchAssembler(Normalization normalization, DataType dataType) {
    this(normalization, dataType, ChannelOrder.RGB);
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
    boolean paired = augmented && !(batch.recipe() instanceof PairRecipe.Identity);
    long n = batch.clips();
    NDArray clips = scope.zeros(like(batch.original(), paired ? 2 * n : n), dataType);
    // Slices are views: what is written into them is written into the rows.
    NDArray originals = clips.get(new NDIndex("0:{}", n));
    fill(originals, batch.original());
    if (!paired) {
      return new Rows(channelsBeforePixels(clips), labels, false);
    }
    NDArray others = clips.get(new NDIndex("{}:{}", n, 2 * n));
    if (batch.augmented().isPresent()) {
      fill(others, batch.augmented().get());
    } else if (batch.recipe() instanceof PairRecipe.SwapMix mix) {
      others.addi(swapMix(scope, originals, mix));
    } else {
      throw new IllegalStateException("batch " + batch.id() + " has no augmented half");
    }
    return new Rows(channelsBeforePixels(clips), labels, true);
  }

  /// The rows of decoded clips, [N,T,3,H,W].
  ///
  /// @param frames U8 [N,T,H,W,3]
  public NDArray assemble(NDManager scope, Tensor frames) {
    NDArray clips = scope.zeros(like(frames, frames.shape().dim(0)), dataType);
    fill(clips, frames);
    return channelsBeforePixels(clips);
  }

  /// [rows,T,H,W,3] of the frames' T, H and W.
  private static Shape like(Tensor frames, long rows) {
    io.pairstream.clip.Shape shape = frames.shape();
    return new Shape(rows, shape.dim(1), shape.dim(2), shape.dim(3), 3);
  }

  /// A view: in memory the channels stay innermost, as the pixels came and convolutions like it.
  private NDArray channelsBeforePixels(NDArray clips) {
    NDArray ordered =
        switch (channels) {
          case RGB -> clips;
          case BGR -> clips.flip(4);
        };
    return ordered.transpose(0, 1, 4, 2, 3);
  }

  /// Writes frames into zeros of the same shape: pixels are normalised, half-precision values are
  /// already.
  private void fill(NDArray rows, Tensor frames) {
    NDManager scope = rows.getManager();
    // Adding to zeros converts the type without another array, and leaves the staging free.
    rows.addi(NativeTensors.view(scope, staged(frames)));
    if (frames.dtype() == DType.U8) {
      long width = frames.shape().dim(3);
      rows.reshape(-1, 3 * width)
          .divi(255)
          .subi(pixelRow(scope, normalization.mean(), width))
          .divi(pixelRow(scope, normalization.std(), width));
    }
  }

  private Tensor staged(Tensor frames) {
    if (frames.data().isNative()) {
      return frames;
    }
    int bytes = Math.toIntExact(frames.data().byteSize());
    if (staging.capacity() < bytes) {
      staging = ByteBuffer.allocateDirect(bytes);
    }
    MemorySegment segment = MemorySegment.ofBuffer(staging).asSlice(0, bytes);
    segment.copyFrom(frames.data());
    return new Tensor(frames.dtype(), frames.shape(), segment);
  }

  /// λ·n_c + (1−λ)·n_p[c] on normalised rows [N,T,H,W,3].
  private NDArray swapMix(NDManager scope, NDArray rows, PairRecipe.SwapMix mix) {
    NDList channels = rows.split(3, 4);
    NDList swapped = new NDList();
    mix.channelOrder().forEach(c -> swapped.add(channels.get(c)));
    float[] lambda = new float[mix.mixWeight().size()];
    for (int i = 0; i < lambda.length; i++) {
      lambda[i] = mix.mixWeight().get(i);
    }
    NDArray weight = scope.create(lambda, new Shape(lambda.length, 1, 1, 1, 1));
    NDArray rest = weight.neg().addi(1);
    return rows.mul(weight).addi(NDArrays.concat(swapped, 4).muli(rest));
  }

  /// One value a channel, repeated over a row of pixels: arithmetic in long runs instead of threes.
  private NDArray pixelRow(NDManager scope, List<Float> values, long width) {
    float[] row = new float[Math.toIntExact(3 * width)];
    for (int i = 0; i < row.length; i++) {
      row[i] = values.get(i % 3);
    }
    return scope.create(row).toType(dataType, false);
  }
}
