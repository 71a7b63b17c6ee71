package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/// A [VideoNet] made of [TorchBlock]s.
final class BlockNet implements VideoNet {
  private final String name;
  private final TorchBlock root;
  private final DataType dataType;
  private final NDManager manager;
  private final LinkedHashMap<String, NDArray> parameters = new LinkedHashMap<>();
  private final LinkedHashMap<String, NDArray> buffers = new LinkedHashMap<>();
  private final List<ParameterGroup> groups;

  /// Takes over `manager`, and allocates the block's tensors on it.
  ///
  /// @param grouping parameters by name to their groups
  BlockNet(
      String name,
      TorchBlock root,
      NDManager manager,
      DataType dataType,
      Function<Map<String, NDArray>, List<ParameterGroup>> grouping) {
    this.name = name;
    this.root = root;
    this.manager = manager;
    this.dataType = dataType;
    root.initialize(manager, dataType);
    root.visit(
        "",
        (key, parameter) ->
            (parameter.requiresGradient() ? parameters : buffers).put(key, parameter.getArray()));
    this.groups = List.copyOf(grouping.apply(parameters));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public NDArray forward(NDArray clips, Pass pass) {
    return root.apply(clips, pass);
  }

  @Override
  public SequencedMap<String, NDArray> parameters() {
    return Collections.unmodifiableSequencedMap(parameters);
  }

  @Override
  public SequencedMap<String, NDArray> buffers() {
    return Collections.unmodifiableSequencedMap(buffers);
  }

  @Override
  public List<ParameterGroup> groups() {
    return groups;
  }

  @Override
  public DataType dataType() {
    return dataType;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public void close() {
    manager.close();
  }
}
