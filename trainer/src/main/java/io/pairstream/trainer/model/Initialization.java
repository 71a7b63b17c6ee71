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
  LAYER_DEFAULT;

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
          long fanIn = fanIn(net, name);
          float[] values = values(name, array.getShape(), fanIn, seed);
          try (NDManager scope = net.manager().newSubManager()) {
            NativeTensors.overwrite(array, scope.create(values, array.getShape()));
          }
        });
  }

  private float[] values(String name, Shape shape, long fanIn, long seed) {
    float[] values = new float[Math.toIntExact(shape.size())];
    boolean scale = shape.dimension() == 1 && name.endsWith(".weight");
    if (scale) {
      java.util.Arrays.fill(values, 1);
      return values;
    }
    if (fanIn == 0) {
      return values;
    }
    CounterRandom random = CounterRandom.of(seed, 0, "weights/" + name);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draw(name, shape, fanIn, random);
    }
    return values;
  }

  private double draw(String name, Shape shape, long fanIn, CounterRandom random) {
    return switch (this) {
      case RESNET -> {
        if (shape.dimension() == 1) {
          yield 0;
        }
        double fanOut = (double) shape.size() / shape.get(1);
        yield random.nextGaussian()
            * (shape.dimension() == 2 ? 0.001 : StrictMath.sqrt(2 / fanOut));
      }
      case LAYER_DEFAULT -> (2 * random.nextDouble() - 1) / StrictMath.sqrt(fanIn);
    };
  }

  /// Inputs of one output of the layer: of a bias, those of the weight beside it; 0 for batch
  /// normalisation, whose shift begins at 0.
  private static long fanIn(VideoNet net, String name) {
    NDArray weight = net.parameters().get(name.substring(0, name.lastIndexOf('.')) + ".weight");
    if (weight == null || weight.getShape().dimension() == 1) {
      return 0;
    }
    return weight.getShape().size() / weight.getShape().get(0);
  }
}
