package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.pairstream.trainer.torch.Torch;

/// `torch.nn.Conv2d` without bias: x [rows,in,H,W], weight [out,in,k,k].
final class Convolution extends TorchBlock {
  private final Parameter weight;
  private final Shape stride;
  private final Shape padding;

  Convolution(int in, int out, int kernel, int stride, int padding) {
    this.weight = parameter("weight", out, in, kernel, kernel);
    this.stride = new Shape(stride, stride);
    this.padding = new Shape(padding, padding);
  }

  /// The usual "same" padding of an odd kernel.
  static Convolution same(int in, int out, int kernel, int stride) {
    return new Convolution(in, out, kernel, stride, kernel / 2);
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    return Torch.convolution(x, weight.getArray(), null, stride, padding, 1);
  }
}
