package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.pairstream.trainer.torch.Torch;

/// The temporal shift of TSM (Lin, Gan, Han, ICCV 2019): along the frames of a clip, the first C/8
/// channels take the next frame's values, the following C/8 the previous frame's, the rest stay;
/// beyond either end there are zeros.
public final class TemporalShift {
  /// One of this many parts of the channels moves each way.
  public static final int FOLD_DIVISOR = 8;

  private TemporalShift() {}

  /// Shifts x [rows·T,C,H,W], T frames of a clip after one another.
  public static NDArray shift(NDArray x, int segments, int foldDivisor) {
    Shape shape = x.getShape();
    long channels = shape.get(1);
    long fold = channels / foldDivisor;
    if (fold == 0) {
      return x;
    }
    // Channels lie innermost, as the convolutions keep them. One split and two pads: their
    // gradients are a concatenation and two crops, where slices would each fill a whole array with
    // zeros.
    long pixels = shape.get(2) * shape.get(3);
    NDArray clips =
        x.transpose(0, 2, 3, 1).reshape(shape.get(0) / segments, segments, pixels, channels);
    NDList parts = clips.split(new long[] {fold, 2 * fold}, 3);
    NDArray next = Torch.pad(parts.get(0), 0, 0, 0, 0, -1, 1);
    NDArray previous = Torch.pad(parts.get(1), 0, 0, 0, 0, 1, -1);
    return NDArrays.concat(new NDList(next, previous, parts.get(2)), 3)
        .reshape(shape.get(0), shape.get(2), shape.get(3), channels)
        .transpose(0, 3, 1, 2);
  }
}
