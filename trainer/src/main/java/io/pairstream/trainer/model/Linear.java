package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.pairstream.trainer.torch.Torch;

/// `torch.nn.Linear`: x [rows,in] to [rows,out].
final class Linear extends TorchBlock {
  private final Parameter weight;
  private final Parameter bias;

  Linear(int in, int out) {
    this.weight = parameter("weight", out, in);
    this.bias = parameter("bias", out);
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    return Torch.linear(x, weight.getArray(), bias.getArray());
  }
}
