package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.pairstream.trainer.model.VolumeConvolution.Window;
import io.pairstream.trainer.torch.Torch;

/// The beginning of a pathway of SlowFast: a 7×7 convolution of stride 2 over some frames, and a
/// 3×3 max-pool of stride 2. Clips [rows,3,T,H,W] to [rows,C,T,H/4,W/4].
final class SlowFastStem extends TorchBlock {
  private final VolumeConvolution conv;
  private final BatchNormalization bn;

  /// @param temporalKernel frames that the convolution spans
  SlowFastStem(int channels, int temporalKernel) {
    Window window = Window.same(new Shape(temporalKernel, 7, 7), new Shape(1, 2, 2));
    this.conv = member("conv", VolumeConvolution.plain(3, channels, window));
    this.bn = member("bn", new BatchNormalization(channels));
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray y = bn.apply(conv.apply(x, pass), pass).getNDArrayInternal().relu();
      NDArray pooled = Torch.maxPool(y, new Shape(1, 3, 3), new Shape(1, 2, 2), new Shape(0, 1, 1));
      NDScope.unregister(pooled);
      return pooled;
    }
  }
}
