package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pairstream.clip.CounterRandom;
import io.pairstream.trainer.torch.NativeTensors;
import io.pairstream.trainer.torch.Torch;

/// How weights begin. Every tensor is drawn from (seed, its name) alone: the order of layers, the
/// threads and libtorch's generator have no part in it.
enum Initialization {
  /// torchvision's ResNet: convolutions N(0, 2/fan-out) (He et al., ICCV 2015); and TSN's
  /// classifier: `new_fc` N(0, 0.001²) with zero bias.
  RESNET,
  /// What PyTorch's layers do by themselves: uniform within ±1/√fan-in.
  LAYER_DEFAULT,
  /// PySlowFast's: convolutions as torchvision's ResNet, the projection N(0, 0.01²) with zero bias;
  /// and the last scale of each residual block 0, so that a block begins as its shortcut.
  SLOWFAST,
  /// UniFormer's: linear layers N(0, 0.02²) with zero bias (truncated at ±2, which no draw
  /// reaches), convolutions as PyTorch has them.
  UNIFORMER;

  /// Fills every parameter and buffer of `net`.
  void fill(VideoNet net, long seed) {
    net.buffers()
        .forEach((name, array) -> {
          if (name.endsWith("running_var")) {
            array.addi(1);
          }
        });
    Torch.recordGradients(false);
    net.parameters()
        .forEach((name, array) -> {
          float[] values = values(name, array.getShape(), Layer.of(net, name), seed);
          try (NDManager scope = net.manager().newSubManager()) {
            NativeTensors.overwrite(array, scope.create(values, array.getShape()));
          }
        });
  }

  private float[] values(String name, Shape shape, Layer layer, long seed) {
    float[] values = new float[Math.toIntExact(shape.size())];
    boolean scale = shape.dimension() == 1 && name.endsWith(".weight");
    if (scale) {
      java.util.Arrays.fill(values, this == SLOWFAST && name.endsWith("c_bn.weight") ? 0 : 1);
      return values;
    }
    if (layer.fanIn() == 0) {
      return values;
    }
    CounterRandom random = CounterRandom.of(seed, 0, "weights/" + name);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draw(shape, layer, random);
    }
    return values;
  }

  private double draw(Shape shape, Layer layer, CounterRandom random) {
    return switch (this) {
      case RESNET -> normal(shape, 0.001, random);
      case SLOWFAST -> normal(shape, 0.01, random);
      case UNIFORMER -> {
        if (layer.convolution()) {
          yield uniform(layer, random);
        }
        yield shape.dimension() == 1 ? 0 : 0.02 * random.nextGaussian();
      }
      case LAYER_DEFAULT -> uniform(layer, random);
    };
  }

  /// @param classifier deviation of the one linear layer
  private static double normal(Shape shape, double classifier, CounterRandom random) {
    if (shape.dimension() == 1) {
      return 0;
    }
    double fanOut = (double) shape.size() / shape.get(1);
    return random.nextGaussian()
        * (shape.dimension() == 2 ? classifier : StrictMath.sqrt(2 / fanOut));
  }

  private static double uniform(Layer layer, CounterRandom random) {
    return (2 * random.nextDouble() - 1) / StrictMath.sqrt(layer.fanIn());
  }

  /// What the tensor belongs to.
  ///
  /// @param fanIn inputs of one output of the layer: of a bias, those of the weight beside it; 0
  ///   for a normalisation, whose shift begins at 0
  /// @param convolution whether it is one
  private record Layer(long fanIn, boolean convolution) {
    static Layer of(VideoNet net, String name) {
      NDArray weight = net.parameters().get(name.substring(0, name.lastIndexOf('.')) + ".weight");
      if (weight == null || weight.getShape().dimension() == 1) {
        return new Layer(0, false);
      }
      Shape shape = weight.getShape();
      return new Layer(shape.size() / shape.get(0), shape.dimension() > 2);
    }
  }
}
