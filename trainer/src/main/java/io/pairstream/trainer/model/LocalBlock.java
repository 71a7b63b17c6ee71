package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import io.pairstream.trainer.torch.Torch;

/// UniFormer's block of the first two stages: a position embedding, then a 5×5×5 neighbourhood in
/// the place of attention, then a perceptron, each a residual branch. Volumes [rows,C,T,H,W].
final class LocalBlock extends TorchBlock {
  private final VolumeConvolution positions;
  private final BatchNormalization norm1;
  private final VolumeConvolution conv1;
  private final VolumeConvolution conv2;
  private final VolumeConvolution neighbourhood;
  private final BatchNormalization norm2;
  private final Perceptron mlp;
  private final DropPath dropPath;

  LocalBlock(int channels, int mlpRatio, DropPath dropPath) {
    this.positions = member("pos_embed", VolumeConvolution.depthwise(channels, 3));
    this.norm1 = member("norm1", new BatchNormalization(channels));
    this.conv1 = member("conv1", VolumeConvolution.pointwise(channels, channels));
    this.conv2 = member("conv2", VolumeConvolution.pointwise(channels, channels));
    this.neighbourhood = member("attn", VolumeConvolution.depthwise(channels, 5));
    this.norm2 = member("norm2", new BatchNormalization(channels));
    this.mlp = member("mlp", new Perceptron(channels, mlpRatio * channels));
    this.dropPath = dropPath;
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray y = x.add(positions.apply(x, pass));
      NDArray branch = conv1.apply(norm1.apply(y, pass), pass);
      branch = conv2.apply(neighbourhood.apply(branch, pass), pass);
      y = y.add(dropPath.apply(branch, pass));
      y = y.add(dropPath.apply(mlp.apply(norm2.apply(y, pass), pass), pass));
      NDScope.unregister(y);
      return y;
    }
  }

  private static final class Perceptron extends TorchBlock {
    private final VolumeConvolution fc1;
    private final VolumeConvolution fc2;

    Perceptron(int channels, int hidden) {
      this.fc1 = member("fc1", VolumeConvolution.pointwise(channels, hidden));
      this.fc2 = member("fc2", VolumeConvolution.pointwise(hidden, channels));
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
      return fc2.apply(Torch.gelu(fc1.apply(x, pass)), pass);
    }
  }
}
