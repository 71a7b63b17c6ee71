package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import io.pairstream.trainer.model.VolumeConvolution.Window;

/// UniFormer's step from one stage to the next: a convolution over patches and a layer
/// normalisation over channels (eps 1e-5, unlike the blocks'). [rows,C,T,H,W] to
/// [rows,C',T',H',W'].
final class PatchEmbedding extends TorchBlock {
  private static final double EPS = 1e-5;

  private final LayerNormalization norm;
  private final VolumeConvolution proj;

  PatchEmbedding(int in, int out, Window window) {
    this.norm = member("norm", new LayerNormalization(out, EPS));
    this.proj = member("proj", VolumeConvolution.biased(in, out, window));
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray channelsLast = proj.apply(x, pass).transpose(0, 2, 3, 4, 1);
      NDArray result = norm.apply(channelsLast, pass).transpose(0, 4, 1, 2, 3);
      NDScope.unregister(result);
      return result;
    }
  }
}
