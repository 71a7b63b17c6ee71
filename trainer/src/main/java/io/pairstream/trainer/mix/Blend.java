package io.pairstream.trainer.mix;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.pairstream.trainer.torch.Torch;

/// How the rows of a batch are blended with those of the batch in reverse: row i with row n−1−i.
///
/// Of a pair [2N,…] original i meets the augmented self of original N−1−i and the other way round,
/// so that one blend of the N targets in reverse holds for both halves.
public sealed interface Blend {
  /// The share of its own that a row keeps, in [0,1].
  double weight();

  /// Blends rows [n,T,3,H,W].
  NDArray apply(NDArray rows);

  /// Leaves everything as it is.
  record None() implements Blend {
    @Override
    public double weight() {
      return 1;
    }

    @Override
    public NDArray apply(NDArray rows) {
      return rows;
    }
  }

  /// `weight·x + (1−weight)·x'` in every pixel (Zhang et al., ICLR 2018).
  record MixUp(double weight) implements Blend {
    public MixUp {
      if (!(weight >= 0 && weight <= 1)) {
        throw new IllegalArgumentException("MixUp's weight " + weight + " is outside [0,1]");
      }
    }

    @Override
    public NDArray apply(NDArray rows) {
      return rows.mul(weight).addi(rows.flip(0).muli(1 - weight));
    }
  }

  /// Takes a box of pixels from the other row, the same in every frame (Yun et al., ICCV 2019).
  ///
  /// @param top first row of pixels in the box
  /// @param bottom first row below it
  /// @param left first column in the box
  /// @param right first column beyond it
  /// @param height of the whole picture
  /// @param width of the whole picture
  record CutMix(int top, int bottom, int left, int right, int height, int width) implements Blend {
    public CutMix {
      if (top < 0 || bottom < top || height < bottom || left < 0 || right < left || width < right) {
        throw new IllegalArgumentException("no box in a picture of " + height + "×" + width);
      }
    }

    /// The box around a centre whose sides are √(1−weight) of the picture's, clipped to the
    /// picture.
    public static CutMix around(int y, int x, double weight, int height, int width) {
      double ratio = Math.sqrt(1 - weight);
      int halfHeight = (int) (height * ratio) / 2;
      int halfWidth = (int) (width * ratio) / 2;
      return new CutMix(
          Math.clamp(y - halfHeight, 0, height),
          Math.clamp(y + halfHeight, 0, height),
          Math.clamp(x - halfWidth, 0, width),
          Math.clamp(x + halfWidth, 0, width),
          height,
          width);
    }

    /// What the clipped box leaves.
    @Override
    public double weight() {
      return 1 - (double) ((bottom - top) * (right - left)) / (height * width);
    }

    @Override
    public NDArray apply(NDArray rows) {
      boolean[] inside = new boolean[height * width];
      for (int y = top; y < bottom; y++) {
        java.util.Arrays.fill(inside, y * width + left, y * width + right, true);
      }
      NDArray mask = rows.getManager().create(inside, new Shape(1, 1, 1, height, width));
      return Torch.where(mask, rows.flip(0), rows);
    }
  }
}
