package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import io.pairstream.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A ResNet with temporal shift inside the wrapper of TSN (Lin, Gan, Han, ICCV 2019): the 2D net
/// sees each frame, `new_fc` classifies each, and a clip's logits are the mean over its frames.
/// Names are the reference's: `base_model.*`, `new_fc.*`.
final class TsmResNet extends TorchBlock {
  /// What tells one ResNet from another.
  ///
  /// @param kind which residual block
  /// @param blocks how many of them in each stage; from the second stage on the first has stride 2
  /// @param width channels of the stem; each stage doubles them
  /// @param stemKernel size of the first convolution's kernel, whose stride is 2
  /// @param maxPool whether a 3×3 max-pool of stride 2 follows the stem
  record Architecture(
      ResidualBlock.Kind kind, List<Integer> blocks, int width, int stemKernel, boolean maxPool) {}

  private final int segments;
  private final double dropout;
  private final Backbone backbone;
  private final Linear classifier;

  /// @param segments T, frames of a clip
  /// @param dropout probability before `new_fc`
  TsmResNet(Architecture architecture, int segments, int classes, double dropout) {
    this.segments = segments;
    this.dropout = dropout;
    this.backbone = member("base_model", new Backbone(architecture, segments));
    this.classifier = member("new_fc", new Linear(backbone.features, classes));
  }

  /// x [rows,T,3,H,W] to logits [rows,classes].
  @Override
  public NDArray apply(NDArray x, Pass pass) {
    Shape shape = x.getShape();
    if (shape.get(1) != segments) {
      throw new IllegalArgumentException(
          "clips of " + shape.get(1) + " frames for a model of " + segments);
    }
    long rows = shape.get(0);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray frames = channelsInnermost(x);
      NDArray features = backbone.apply(frames, pass);
      if (pass.training() && dropout > 0) {
        features = Torch.dropout(features, dropout);
      }
      NDArray scores = classifier.apply(features, pass);
      pass.stages().accept("new_fc", scores);
      NDArray logits = scores.reshape(rows, segments, -1).mean(new int[] {1});
      NDScope.unregister(logits);
      return logits;
    }
  }

  /// Clips [rows,T,3,H,W] as frames [rows·T,3,H,W] whose channels lie innermost in memory:
  /// libtorch's convolutions take and keep that layout, and save a third of the time that
  /// reordering costs.
  private static NDArray channelsInnermost(NDArray clips) {
    Shape shape = clips.getShape();
    long frames = shape.get(0) * shape.get(1);
    long channels = shape.get(2);
    long height = shape.get(3);
    long width = shape.get(4);
    // Flattening copies if the clips lie otherwise, and only then.
    return clips
        .transpose(0, 1, 3, 4, 2)
        .reshape(frames, height * width * channels)
        .reshape(frames, height, width, channels)
        .transpose(0, 3, 1, 2);
  }

  /// The parameter groups of TSN's training policy: the new layer learns faster, batch
  /// normalisation does not decay.
  static List<ParameterGroup> groups(Map<String, NDArray> parameters) {
    List<String> first = new ArrayList<>();
    List<String> convolutions = new ArrayList<>();
    List<String> normalizations = new ArrayList<>();
    parameters.forEach((name, array) -> {
      if (name.startsWith("new_fc.")) {
        return;
      }
      boolean convolution = array.getShape().dimension() > 1;
      (name.equals("base_model.conv1.weight") ? first : convolution ? convolutions : normalizations)
          .add(name);
    });
    return List.of(
        new ParameterGroup("first_conv_weight", first, 1, 1),
        new ParameterGroup("normal_weight", convolutions, 1, 1),
        new ParameterGroup("BN scale/shift", normalizations, 1, 0),
        new ParameterGroup("lr5_weight", List.of("new_fc.weight"), 5, 1),
        new ParameterGroup("lr10_bias", List.of("new_fc.bias"), 10, 0));
  }

  /// The ResNet without its classifier: frames [rows·T,3,H,W] to features [rows·T,C].
  private static final class Backbone extends TorchBlock {
    private final Architecture architecture;
    private final Convolution conv1;
    private final BatchNormalization bn1;
    private final Map<String, ResidualBlock> blocks = new LinkedHashMap<>();
    private final int features;

    Backbone(Architecture architecture, int segments) {
      this.architecture = architecture;
      int kernel = architecture.stemKernel();
      this.conv1 = member("conv1", Convolution.same(3, architecture.width(), kernel, 2));
      this.bn1 = member("bn1", new BatchNormalization(architecture.width()));
      int in = architecture.width();
      for (int stage = 0; stage < architecture.blocks().size(); stage++) {
        BlockList layer = new BlockList();
        int width = architecture.width() << stage;
        for (int k = 0; k < architecture.blocks().get(stage); k++) {
          int stride = stage > 0 && k == 0 ? 2 : 1;
          ResidualBlock block = new ResidualBlock(architecture.kind(), in, width, stride, segments);
          layer.with(String.valueOf(k), block);
          blocks.put("base_model.layer" + (stage + 1) + "." + k, block);
          in = width * architecture.kind().expansion();
        }
        member("layer" + (stage + 1), layer);
      }
      this.features = in;
    }

    @Override
    public NDArray apply(NDArray frames, Pass pass) {
      NDArray x = conv1.apply(frames, pass);
      pass.stages().accept("base_model.conv1", x);
      x = bn1.apply(x, pass);
      pass.stages().accept("base_model.bn1", x);
      x = x.getNDArrayInternal().relu();
      if (architecture.maxPool()) {
        x = Pool.maxPool2d(x, new Shape(3, 3), new Shape(2, 2), new Shape(1, 1), false);
        pass.stages().accept("base_model.maxpool", x);
      }
      for (Map.Entry<String, ResidualBlock> block : blocks.entrySet()) {
        NDArray y = block.getValue().apply(x, pass);
        x.close();
        x = y;
        pass.stages().accept(block.getKey(), x);
      }
      NDArray pooled = Pool.globalAvgPool2d(x);
      pass.stages().accept("base_model.avgpool", pooled);
      return pooled;
    }
  }
}
