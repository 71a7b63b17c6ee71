package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/// A DJL block that is built as its PyTorch module is: shapes of parameters are known when it is
/// constructed, and parameters, buffers and members carry the module's names.
///
/// It reads its arrays directly, not through the [ParameterStore]: one device.
public abstract class TorchBlock extends AbstractBlock {
  private final Map<String, TorchBlock> members = new LinkedHashMap<>();
  private final Map<Parameter, Shape> shapes = new LinkedHashMap<>();

  /// The module's `forward`. The result belongs to the manager of x.
  public abstract NDArray apply(NDArray x, Pass pass);

  /// Refuses clips [rows,T,3,H,W] of another T.
  static void requireFrames(NDArray clips, int frames) {
    if (clips.getShape().get(1) != frames) {
      throw new IllegalArgumentException(
          "clips of " + clips.getShape().get(1) + " frames for a model of " + frames);
    }
  }

  /// Adds a sub-module.
  protected final <B extends TorchBlock> B member(String name, B block) {
    members.put(name, block);
    return addChildBlock(name, block);
  }

  /// Adds a tensor that is trained.
  protected final Parameter parameter(String name, long... shape) {
    return declare(name, true, shape);
  }

  /// Adds a tensor that is kept but not trained.
  protected final Parameter buffer(String name, long... shape) {
    return declare(name, false, shape);
  }

  private Parameter declare(String name, boolean trained, long... shape) {
    Parameter parameter =
        addParameter(
            Parameter.builder()
                .setName(name)
                .setType(Parameter.Type.OTHER)
                .optRequiresGrad(trained)
                .build());
    shapes.put(parameter, new Shape(shape));
    return parameter;
  }

  /// Visits every tensor under its full name: own ones first, then the members', as `state_dict()`
  /// does.
  public final void visit(String prefix, BiConsumer<String, Parameter> visitor) {
    for (Parameter parameter : shapes.keySet()) {
      visitor.accept(prefix + parameter.getName(), parameter);
    }
    members.forEach((name, block) -> block.visit(prefix + name + ".", visitor));
  }

  /// Visits this block and all below it under their full names, in the order of the state dict.
  final void visitBlocks(String name, BiConsumer<String, TorchBlock> visitor) {
    visitor.accept(name, this);
    members.forEach((member, block) ->
        block.visitBlocks(name.isEmpty() ? member : name + "." + member, visitor));
  }

  /// Allocates all tensors, as zeros. Counts of batches are 64-bit integers, the rest `dataType`.
  @Override
  public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
    beforeInitialize(inputShapes);
    shapes.forEach((parameter, shape) -> {
      boolean count = parameter.getName().equals(BatchNormalization.COUNT);
      parameter.setArray(manager.zeros(shape, count ? DataType.INT64 : dataType));
      parameter.getArray().setRequiresGradient(parameter.requiresGradient());
    });
    for (TorchBlock member : members.values()) {
      member.initialize(manager, dataType, inputShapes);
    }
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    Pass pass = training ? Pass.training(BatchNormScope.JOINT) : Pass.evaluation();
    return new NDList(apply(inputs.singletonOrThrow(), pass));
  }

  /// Not known without a forward pass: nothing here derives shapes from shapes.
  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    throw new UnsupportedOperationException("shapes of outputs are not derived");
  }
}
