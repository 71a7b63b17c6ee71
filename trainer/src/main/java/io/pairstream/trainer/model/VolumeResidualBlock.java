package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.pairstream.trainer.model.VolumeConvolution.Window;
import org.jspecify.annotations.Nullable;

/// A bottleneck block over volumes [rows,C,T,H,W]: T×1×1, 1×3×3 (with the stride), 1×1×1, beside a
/// shortcut. Names are PySlowFast's: `branch1`, `branch2`.
final class VolumeResidualBlock extends TorchBlock {
  /// Channels of the output for each channel inside.
  static final int EXPANSION = 4;

  private final @Nullable VolumeConvolution branch1;
  private final @Nullable BatchNormalization branch1Bn;
  private final Bottleneck branch2;

  /// @param temporalKernel frames that the first convolution spans
  VolumeResidualBlock(int in, int out, int temporalKernel, int stride) {
    if (in != out || stride != 1) {
      Window window = Window.same(new Shape(1, 1, 1), new Shape(1, stride, stride));
      this.branch1 = member("branch1", VolumeConvolution.plain(in, out, window));
      this.branch1Bn = member("branch1_bn", new BatchNormalization(out));
    } else {
      this.branch1 = null;
      this.branch1Bn = null;
    }
    this.branch2 = member("branch2", new Bottleneck(in, out, temporalKernel, stride));
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray shortcut =
          branch1 == null || branch1Bn == null ? x : branch1Bn.apply(branch1.apply(x, pass), pass);
      NDArray result = shortcut.add(branch2.apply(x, pass)).getNDArrayInternal().relu();
      NDScope.unregister(result);
      return result;
    }
  }

  private static final class Bottleneck extends TorchBlock {
    private static final Shape STEADY = new Shape(1, 1, 1);

    private final VolumeConvolution a;
    private final BatchNormalization aBn;
    private final VolumeConvolution b;
    private final BatchNormalization bBn;
    private final VolumeConvolution c;
    private final BatchNormalization cBn;

    Bottleneck(int in, int out, int temporalKernel, int stride) {
      int inner = out / EXPANSION;
      Window across = Window.same(new Shape(temporalKernel, 1, 1), STEADY);
      Window within = Window.same(new Shape(1, 3, 3), new Shape(1, stride, stride));
      this.a = member("a", VolumeConvolution.plain(in, inner, across));
      this.aBn = member("a_bn", new BatchNormalization(inner));
      this.b = member("b", VolumeConvolution.plain(inner, inner, within));
      this.bBn = member("b_bn", new BatchNormalization(inner));
      this.c = member("c", VolumeConvolution.plain(inner, out, Window.same(STEADY, STEADY)));
      this.cBn = member("c_bn", new BatchNormalization(out));
    }

    /// Without the last activation: that comes after the sum.
    @Override
    public NDArray apply(NDArray x, Pass pass) {
      NDArray y = aBn.apply(a.apply(x, pass), pass).getNDArrayInternal().relu();
      y = bBn.apply(b.apply(y, pass), pass).getNDArrayInternal().relu();
      return cBn.apply(c.apply(y, pass), pass);
    }
  }
}
