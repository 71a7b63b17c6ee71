package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import org.jspecify.annotations.Nullable;

/// A residual block of torchvision's ResNet (v1 layout, stride on the 3×3), the input of whose
/// first convolution is shifted in time; the shortcut takes the input as it is.
final class ResidualBlock extends TorchBlock {
  /// The two shapes of block.
  enum Kind {
    /// 3×3, 3×3.
    BASIC(1),
    /// 1×1, 3×3, 1×1 with four times the channels.
    BOTTLENECK(4);

    private final int expansion;

    Kind(int expansion) {
      this.expansion = expansion;
    }

    /// Channels of the output for each channel of the block's width.
    int expansion() {
      return expansion;
    }
  }

  private final int segments;
  private final Convolution conv1;
  private final BatchNormalization bn1;
  private final Convolution conv2;
  private final BatchNormalization bn2;
  private final @Nullable Convolution conv3;
  private final @Nullable BatchNormalization bn3;
  private final @Nullable Downsample downsample;

  ResidualBlock(Kind kind, int in, int width, int stride, int segments) {
    this.segments = segments;
    int out = width * kind.expansion();
    boolean bottleneck = kind == Kind.BOTTLENECK;
    this.conv1 =
        member(
            "conv1",
            bottleneck
                ? Convolution.same(in, width, 1, 1)
                : Convolution.same(in, width, 3, stride));
    this.bn1 = member("bn1", new BatchNormalization(width));
    this.conv2 = member("conv2", Convolution.same(width, width, 3, bottleneck ? stride : 1));
    this.bn2 = member("bn2", new BatchNormalization(width));
    this.conv3 = bottleneck ? member("conv3", Convolution.same(width, out, 1, 1)) : null;
    this.bn3 = bottleneck ? member("bn3", new BatchNormalization(out)) : null;
    this.downsample =
        stride != 1 || in != out ? member("downsample", new Downsample(in, out, stride)) : null;
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    // The scope frees the handles of what only the gradient still needs, or nobody.
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray shortcut = downsample == null ? x : downsample.apply(x, pass);
      NDArray shifted = TemporalShift.shift(x, segments, TemporalShift.FOLD_DIVISOR);
      NDArray y = bn1.apply(conv1.apply(shifted, pass), pass).getNDArrayInternal().relu();
      y = bn2.apply(conv2.apply(y, pass), pass);
      if (conv3 != null && bn3 != null) {
        y = bn3.apply(conv3.apply(y.getNDArrayInternal().relu(), pass), pass);
      }
      NDArray result = y.add(shortcut).getNDArrayInternal().relu();
      NDScope.unregister(result);
      return result;
    }
  }

  /// The shortcut where shapes change: a 1×1 convolution and a batch normalisation, named by their
  /// places in a `Sequential`.
  private static final class Downsample extends TorchBlock {
    private final Convolution convolution;
    private final BatchNormalization normalization;

    Downsample(int in, int out, int stride) {
      this.convolution = member("0", new Convolution(in, out, 1, stride, 0));
      this.normalization = member("1", new BatchNormalization(out));
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
      return normalization.apply(convolution.apply(x, pass), pass);
    }
  }
}
