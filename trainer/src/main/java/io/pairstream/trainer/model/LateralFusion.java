package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.pairstream.trainer.model.VolumeConvolution.Window;

/// SlowFast's lateral connection: a convolution over 7 fast frames with stride α brings the fast
/// features to the slow frames, where they become further channels. The fast pathway goes on as it
/// is.
final class LateralFusion extends TorchBlock {
  private static final int KERNEL = 7;

  private final VolumeConvolution convolution;
  private final BatchNormalization bn;

  LateralFusion(int fastChannels, int added, int alpha) {
    Window window = Window.same(new Shape(KERNEL, 1, 1), new Shape(alpha, 1, 1));
    this.convolution = member("conv_f2s", VolumeConvolution.plain(fastChannels, added, window));
    this.bn = member("bn", new BatchNormalization(added));
  }

  SlowFast.Pathways apply(SlowFast.Pathways features, Pass pass) {
    NDArray lateral = apply(features.fast(), pass);
    NDArray slow = features.slow().concat(lateral, 1);
    lateral.close();
    return new SlowFast.Pathways(slow, features.fast());
  }

  /// The fast features at the slow frames.
  @Override
  public NDArray apply(NDArray fast, Pass pass) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray lateral = bn.apply(convolution.apply(fast, pass), pass).getNDArrayInternal().relu();
      NDScope.unregister(lateral);
      return lateral;
    }
  }
}
