package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import io.pairstream.trainer.torch.Torch;

/// `torch.nn.BatchNorm2d` and `BatchNorm3d` with eps 1e-5 and momentum 0.1.
final class BatchNormalization extends TorchBlock {
  static final String COUNT = "num_batches_tracked";
  private static final double EPS = 1e-5;
  private static final double MOMENTUM = 0.1;

  private final Parameter weight;
  private final Parameter bias;
  private final Parameter mean;
  private final Parameter variance;
  private final Parameter count;
  private boolean frozen;

  BatchNormalization(int channels) {
    this.weight = parameter("weight", channels);
    this.bias = parameter("bias", channels);
    this.mean = buffer("running_mean", channels);
    this.variance = buffer("running_var", channels);
    this.count = buffer(COUNT);
  }

  /// From now on it normalises by its running statistics in training too, changes none of them, and
  /// gives its scale and shift no gradient.
  void freeze() {
    frozen = true;
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    if (frozen) {
      Torch.BatchNormState fixed =
          new Torch.BatchNormState(
              weight.getArray().stopGradient(),
              bias.getArray().stopGradient(),
              mean.getArray(),
              variance.getArray());
      return Torch.batchNorm(x, fixed, false, MOMENTUM, EPS);
    }
    Torch.BatchNormState state =
        new Torch.BatchNormState(
            weight.getArray(), bias.getArray(), mean.getArray(), variance.getArray());
    if (!pass.training()) {
      return Torch.batchNorm(x, state, false, MOMENTUM, EPS);
    }
    count.getArray().addi(1);
    return switch (pass.batchNorm()) {
      case JOINT -> Torch.batchNorm(x, state, true, MOMENTUM, EPS);
      case PER_HALF -> perHalf(x, state);
    };
  }

  private static NDArray perHalf(NDArray x, Torch.BatchNormState state) {
    NDList halves = x.split(2, 0);
    NDArray first = Torch.batchNorm(halves.get(0), state, true, MOMENTUM, EPS);
    // The second half's statistics go into copies that nobody keeps.
    Torch.BatchNormState scratch =
        new Torch.BatchNormState(
            state.weight(),
            state.bias(),
            x.getManager().zeros(state.mean().getShape(), state.mean().getDataType()),
            x.getManager().ones(state.mean().getShape(), state.mean().getDataType()));
    NDArray second = Torch.batchNorm(halves.get(1), scratch, true, MOMENTUM, EPS);
    return NDArrays.concat(new NDList(first, second), 0);
  }
}
