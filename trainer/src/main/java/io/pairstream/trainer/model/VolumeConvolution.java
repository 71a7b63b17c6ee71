package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.pairstream.trainer.torch.Torch;
import org.jspecify.annotations.Nullable;

/// `torch.nn.Conv3d`: x [rows,in,T,H,W], weight [out,in/groups,kT,kH,kW].
final class VolumeConvolution extends TorchBlock {
  /// How a kernel goes over a volume; each shape is [T,H,W].
  record Window(Shape kernel, Shape stride, Shape padding) {
    /// Padded by half the kernel, as odd kernels are to keep sizes.
    static Window same(Shape kernel, Shape stride) {
      return new Window(
          kernel, stride, new Shape(kernel.get(0) / 2, kernel.get(1) / 2, kernel.get(2) / 2));
    }

    /// Steps of one kernel, without overlap or padding.
    static Window patches(Shape kernel) {
      return new Window(kernel, kernel, new Shape(0, 0, 0));
    }
  }

  private static final Shape ONE = new Shape(1, 1, 1);

  private final Parameter weight;
  private final @Nullable Parameter bias;
  private final Window window;
  private final int groups;

  private VolumeConvolution(int in, int out, Window window, int groups, boolean biased) {
    Shape kernel = window.kernel();
    this.weight =
        parameter("weight", out, in / groups, kernel.get(0), kernel.get(1), kernel.get(2));
    this.bias = biased ? parameter("bias", out) : null;
    this.window = window;
    this.groups = groups;
  }

  /// Without bias, as before a normalisation.
  static VolumeConvolution plain(int in, int out, Window window) {
    return new VolumeConvolution(in, out, window, 1, false);
  }

  /// With bias.
  static VolumeConvolution biased(int in, int out, Window window) {
    return new VolumeConvolution(in, out, window, 1, true);
  }

  /// 1×1×1 with bias.
  static VolumeConvolution pointwise(int in, int out) {
    return biased(in, out, Window.same(ONE, ONE));
  }

  /// One cubic kernel for each channel, with bias; sizes stay.
  static VolumeConvolution depthwise(int channels, int size) {
    Window window = Window.same(new Shape(size, size, size), ONE);
    return new VolumeConvolution(channels, channels, window, channels, true);
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    return Torch.convolution(
        x,
        weight.getArray(),
        bias == null ? null : bias.getArray(),
        window.stride(),
        window.padding(),
        groups);
  }
}
