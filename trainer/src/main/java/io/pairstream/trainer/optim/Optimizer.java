package io.pairstream.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.trainer.model.ParameterGroup;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.torch.NativeTensors;
import io.pairstream.trainer.torch.Torch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Changes parameters by their gradients. Its state is kept by parameter name and kind, such as
/// `new_fc.weight.momentum_buffer`, and can be saved and loaded. Not safe for several threads.
public abstract sealed class Optimizer implements AutoCloseable permits Sgd, AdamW {
  private static final String STEPS = "steps";

  private final VideoNet net;
  private final double weightDecay;
  private final NDManager manager;
  private final Map<String, NDArray> state = new LinkedHashMap<>();
  private long steps;

  Optimizer(VideoNet net, double weightDecay) {
    this.net = net;
    this.weightDecay = weightDecay;
    this.manager = net.manager().newSubManager();
  }

  /// One step. Parameters are updated in place, gradients stay as they are.
  public final void step(Rates rates, Gradients gradients) {
    Torch.recordGradients(false);
    steps++;
    for (ParameterGroup group : net.groups()) {
      double rate = rates.learningRate() * group.rateMultiplier();
      double decay = weightDecay * group.decayMultiplier();
      try (NDManager scalars = manager.newSubManager();
          NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        Update update = update(scalars, rate, decay, rates);
        for (String name : group.parameters()) {
          NDArray parameter = net.parameters().get(name);
          NDArray gradient = gradients.arrays().get(name);
          if (parameter == null || gradient == null) {
            throw new IllegalStateException(
                "group '" + group.name() + "' has unknown parameter '" + name + "'");
          }
          update.apply(name, parameter, gradient);
        }
      }
    }
  }

  /// What one step does to each parameter of a group. Arrays that it makes are freed with the step.
  interface Update {
    void apply(String name, NDArray parameter, NDArray gradient);
  }

  /// @param scalars for the step's numbers, made once for all parameters of a group
  abstract Update update(NDManager scalars, double rate, double decay, Rates rates);

  /// How many steps were made, this one included.
  final long steps() {
    return steps;
  }

  /// The state of one kind for a parameter, or null before it exists.
  final @Nullable NDArray stateOf(String name, String kind) {
    return state.get(name + "." + kind);
  }

  /// Keeps a copy of `value`.
  final NDArray keep(String name, String kind, NDArray value) {
    NDArray copy = value.duplicate();
    copy.attach(manager);
    NDScope.unregister(copy);
    state.put(name + "." + kind, copy);
    return copy;
  }

  /// A heap copy of the whole state.
  public final SortedMap<String, Tensor> state() {
    SortedMap<String, Tensor> copy = new TreeMap<>();
    state.forEach((name, array) -> copy.put(name, NativeTensors.copy(array)));
    copy.put(STEPS, Tensor.ofLongs(Shape.of(), steps));
    return copy;
  }

  /// Replaces the whole state by what [#state()] gave.
  ///
  /// @throws IllegalArgumentException with one sentence if it is not the state of such an optimizer
  ///   for this model
  public final void load(Map<String, Tensor> saved) {
    Tensor count = saved.get(STEPS);
    if (count == null || count.dtype() != DType.I64) {
      throw new IllegalArgumentException("optimizer state has no count of steps");
    }
    saved.forEach((name, tensor) -> {
      if (!name.equals(STEPS)) {
        check(name, tensor);
      }
    });
    state.values().forEach(NDArray::close);
    state.clear();
    steps = count.longAt(0);
    saved.forEach((name, tensor) -> {
      if (!name.equals(STEPS)) {
        try (NDManager scope = manager.newSubManager()) {
          NDArray copy = NativeTensors.view(scope, tensor).duplicate();
          copy.attach(manager);
          state.put(name, copy);
        }
      }
    });
  }

  private void check(String name, Tensor tensor) {
    int dot = name.lastIndexOf('.');
    NDArray parameter = dot < 0 ? null : net.parameters().get(name.substring(0, dot));
    if (parameter == null || !kinds().contains(name.substring(dot + 1))) {
      throw new IllegalArgumentException(
          "optimizer state '" + name + "' belongs to another optimizer or model");
    }
    DType want = net.dataType() == DataType.FLOAT64 ? DType.F64 : DType.F32;
    Shape shape = Shape.of(parameter.getShape().getShape());
    if (!tensor.shape().equals(shape) || tensor.dtype() != want) {
      throw new IllegalArgumentException(
          "optimizer state '"
              + name
              + "' is "
              + tensor.dtype()
              + " "
              + tensor.shape()
              + ", not "
              + want
              + " "
              + shape);
    }
  }

  /// The kinds of state that this optimizer keeps for a parameter.
  abstract java.util.Set<String> kinds();

  @Override
  public final void close() {
    manager.close();
  }
}
