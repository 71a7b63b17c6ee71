package io.pairstream.trainer.optim;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.torch.Torch;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The gradients of a model's parameters: one array each, which every backward pass adds to.
///
/// Backward's first result would be kept as it is, later ones added to zeros; where a sum is −0 the
/// two differ in a bit, and a resumed run from one that went on. So the arrays are made beforehand,
/// by a backward pass of zeros.
public final class Gradients {
  private final VideoNet net;
  private final SequencedMap<String, NDArray> arrays;

  private Gradients(VideoNet net, SequencedMap<String, NDArray> arrays) {
    this.net = net;
    this.arrays = arrays;
  }

  /// The gradients of `net`, all zero. The arrays belong to the model's manager.
  public static Gradients of(VideoNet net) {
    SequencedMap<String, NDArray> arrays = new LinkedHashMap<>();
    net.parameters()
        .forEach((name, parameter) -> {
          try (NDManager scope = net.manager().newSubManager();
              GradientCollector collector =
                  Engine.getEngine(net.manager().getEngine().getEngineName())
                      .newGradientCollector()) {
            NDArray zeros = scope.zeros(parameter.getShape(), parameter.getDataType());
            collector.backward(zeros.mul(parameter).sum());
          }
          Torch.zeroGradient(parameter);
          arrays.put(name, parameter.getGradient());
        });
    return new Gradients(net, Collections.unmodifiableSequencedMap(arrays));
  }

  /// By parameter name; live.
  public SequencedMap<String, NDArray> arrays() {
    return arrays;
  }

  /// Makes all of them zero.
  public void zero() {
    net.parameters().values().forEach(Torch::zeroGradient);
  }

  /// The L2 norm of all gradients as one vector.
  public double norm() {
    double squares = 0;
    for (NDArray gradient : arrays.values()) {
      // Both would stay with the gradient's manager, which lives as long as the model.
      try (NDArray norm = gradient.norm();
          NDArray wide = norm.toType(DataType.FLOAT64, true)) {
        double value = wide.getDouble();
        squares += value * value;
      }
    }
    return Math.sqrt(squares);
  }

  /// Multiplies all of them.
  public void scale(double factor) {
    try (NDArray scalar = net.manager().create(factor)) {
      arrays.values().forEach(gradient -> gradient.muli(scalar));
    }
  }

  /// Scales all gradients so that their norm is at most `limit`, as `torch.nn.utils
  /// .clip_grad_norm_`.
  ///
  /// @return the norm before
  public double clip(double limit) {
    double norm = norm();
    double factor = limit / (norm + 1e-6);
    if (factor < 1) {
      scale(factor);
    }
    return norm;
  }
}
