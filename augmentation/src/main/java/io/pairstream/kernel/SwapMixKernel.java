package io.pairstream.kernel;

import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.lang.foreign.MemorySegment;

/// Computes the augmented half of a batch, exactly as [PlainSwapMix] specifies. A kernel belongs to
/// one thread.
public interface SwapMixKernel {
  /// Mixes each clip with its own channels in another order.
  ///
  /// @param frames U8 [N,T,H,W,3]
  /// @param weights of the same N clips: folded for U8 where the format is U8, else for normalised
  ///   values
  /// @param format of the result
  /// @param out the result, exactly as long; overwritten, and no part of `frames`
  void mix(Tensor frames, MixWeights weights, MixFormat format, MemorySegment out);

  /// Mixes to a tensor in the layout of the frames.
  ///
  /// @param frames U8 [N,T,H,W,3]
  /// @param weights of the same N clips
  /// @param augmented of the same shape and of type [MixWeights#output()]; overwritten, and no part
  ///   of `frames`
  default void mix(Tensor frames, MixWeights weights, Tensor augmented) {
    check(frames, weights, augmented);
    mix(frames, weights, weights.interleaved(), augmented.data());
  }

  /// What it is and on what it runs, for reports: `plain`, `vector-256`.
  String name();

  /// The kernel that crops too, and mixes as this one does.
  CropMixKernel cropping();

  /// The fastest kernel that this JVM can run. The vector kernel needs the JVM option
  /// `--add-modules jdk.incubator.vector` and vectors of 256 bits.
  static SwapMixKernel fastest() {
    return vectors() ? new VectorSwapMix() : new PlainSwapMix();
  }

  /// Whether this JVM can run the vector kernels.
  static boolean vectors() {
    boolean there = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return there && VectorSwapMix.supported();
  }

  /// Fails with a sentence unless the result of [#mix] has the layout of the frames.
  static void check(Tensor frames, MixWeights weights, Tensor augmented) {
    if (augmented.dtype() != weights.output() || !augmented.shape().equals(frames.shape())) {
      throw new IllegalArgumentException(
          "the result is "
              + augmented.dtype()
              + " "
              + augmented.shape()
              + ", not "
              + weights.output()
              + " "
              + frames.shape());
    }
  }

  /// Fails with a sentence unless the arguments of [#mix] belong together.
  static void check(Tensor frames, MixWeights weights, MixFormat format, MemorySegment out) {
    Shape shape = frames.shape();
    if (frames.dtype() != DType.U8 || shape.rank() != 5 || shape.dim(4) != 3) {
      throw new IllegalArgumentException(
          "frames are " + frames.dtype() + " " + shape + ", not U8 [N,T,H,W,3]");
    }
    if (shape.dim(0) != weights.clips()) {
      throw new IllegalArgumentException(
          "weights of " + weights.clips() + " clips for frames " + shape);
    }
    if ((weights.output() == DType.U8) != (format == MixFormat.U8)) {
      throw new IllegalArgumentException("weights for " + weights.output() + " make no " + format);
    }
    if (out.byteSize() != format.bytesOf(shape)) {
      throw new IllegalArgumentException(
          "the result has %d bytes, %s of %s takes %d"
              .formatted(out.byteSize(), format, shape, format.bytesOf(shape)));
    }
  }
}
