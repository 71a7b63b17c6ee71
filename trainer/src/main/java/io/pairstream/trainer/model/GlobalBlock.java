package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.pairstream.trainer.torch.Torch;

/// UniFormer's block of the last two stages: a position embedding, then attention over all
/// positions of all frames jointly, then a perceptron, each a residual branch. Volumes
/// [rows,C,T,H,W].
final class GlobalBlock extends TorchBlock {
  private static final double EPS = 1e-6;

  private final VolumeConvolution positions;
  private final LayerNormalization norm1;
  private final Attention attention;
  private final LayerNormalization norm2;
  private final Perceptron mlp;
  private final DropPath dropPath;

  /// @param headWidth channels of an attention head
  GlobalBlock(int channels, int headWidth, int mlpRatio, DropPath dropPath) {
    this.positions = member("pos_embed", VolumeConvolution.depthwise(channels, 3));
    this.norm1 = member("norm1", new LayerNormalization(channels, EPS));
    this.attention = member("attn", new Attention(channels, headWidth));
    this.norm2 = member("norm2", new LayerNormalization(channels, EPS));
    this.mlp = member("mlp", new Perceptron(channels, mlpRatio * channels));
    this.dropPath = dropPath;
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Shape shape = x.getShape();
      long rows = shape.get(0);
      long channels = shape.get(1);
      NDArray y =
          x.add(positions.apply(x, pass)).transpose(0, 2, 3, 4, 1).reshape(rows, -1, channels);
      y = y.add(dropPath.apply(attention.apply(norm1.apply(y, pass), pass), pass));
      y = y.add(dropPath.apply(mlp.apply(norm2.apply(y, pass), pass), pass));
      NDArray result =
          y.reshape(rows, shape.get(2), shape.get(3), shape.get(4), channels)
              .transpose(0, 4, 1, 2, 3);
      NDScope.unregister(result);
      return result;
    }
  }

  /// Multi-head self-attention over tokens [rows,tokens,C].
  private static final class Attention extends TorchBlock {
    private final int heads;
    private final double scale;
    private final Linear qkv;
    private final Linear proj;

    Attention(int channels, int headWidth) {
      this.heads = channels / headWidth;
      this.scale = 1 / Math.sqrt(headWidth);
      this.qkv = member("qkv", new Linear(channels, 3 * channels));
      this.proj = member("proj", new Linear(channels, channels));
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
      long rows = x.getShape().get(0);
      long tokens = x.getShape().get(1);
      long channels = x.getShape().get(2);
      // [3,rows,heads,tokens,C/heads]
      NDArray parts =
          qkv.apply(x, pass)
              .reshape(rows, tokens, 3, heads, channels / heads)
              .transpose(2, 0, 3, 1, 4);
      NDArray query = parts.get(0);
      NDArray key = parts.get(1);
      NDArray value = parts.get(2);
      NDArray products = query.matMul(key.transpose(0, 1, 3, 2));
      NDArray weights = Torch.times(products, scale).softmax(3);
      NDArray mixed = weights.matMul(value).transpose(0, 2, 1, 3).reshape(rows, tokens, channels);
      return proj.apply(mixed, pass);
    }
  }

  private static final class Perceptron extends TorchBlock {
    private final Linear fc1;
    private final Linear fc2;

    Perceptron(int channels, int hidden) {
      this.fc1 = member("fc1", new Linear(channels, hidden));
      this.fc2 = member("fc2", new Linear(hidden, channels));
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
      return fc2.apply(Torch.gelu(fc1.apply(x, pass)), pass);
    }
  }
}
