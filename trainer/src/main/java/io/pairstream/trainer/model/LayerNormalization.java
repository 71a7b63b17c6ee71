package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.pairstream.trainer.torch.Torch;

/// `torch.nn.LayerNorm` over the last axis.
final class LayerNormalization extends TorchBlock {
  private final Parameter weight;
  private final Parameter bias;
  private final double eps;

  LayerNormalization(int channels, double eps) {
    this.weight = parameter("weight", channels);
    this.bias = parameter("bias", channels);
    this.eps = eps;
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    return Torch.layerNorm(x, weight.getArray(), bias.getArray(), eps);
  }
}
