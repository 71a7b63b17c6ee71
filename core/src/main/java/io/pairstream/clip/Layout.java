package io.pairstream.clip;

import java.util.List;

/// The layout checks that clip and pair batches and their wire share. Each error names the tensor.
public final class Layout {
  private Layout() {}

  /// U8 [N,T,H,W,3] with no empty dimension.
  static void requireFrames(String name, Tensor frames) {
    requireFrames(name, frames.dtype(), frames.shape());
  }

  /// As U8 [N,T,H,W,3] with no empty dimension has.
  static void requireFrames(String name, DType dtype, Shape shape) {
    if (dtype != DType.U8 || shape.rank() != 5 || shape.dim(4) != 3 || shape.elements() == 0) {
      throw new IllegalArgumentException(
          "tensor '" + name + "' is " + dtype + " " + shape + ", not U8 [N,T,H,W,3]");
    }
  }

  /// What belongs to the frames of N clips, [N,T,…].
  static void requireClips(Shape frames, Tensor label, Tensor frameIndex, List<String> clipIds) {
    long n = frames.dim(0);
    require("label", label, DType.I64, Shape.of(n));
    require("frame_index", frameIndex, DType.I64, Shape.of(n, frames.dim(1)));
    if (clipIds.size() != n) {
      throw new IllegalArgumentException(clipIds.size() + " clip ids for " + n + " clips");
    }
  }

  /// Exactly this type and shape.
  ///
  /// @throws IllegalArgumentException naming the tensor and both
  public static void require(String name, Tensor tensor, DType dtype, Shape shape) {
    if (tensor.dtype() != dtype || !tensor.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "tensor '"
              + name
              + "' is "
              + tensor.dtype()
              + " "
              + tensor.shape()
              + ", not "
              + dtype
              + " "
              + shape);
    }
  }
}
