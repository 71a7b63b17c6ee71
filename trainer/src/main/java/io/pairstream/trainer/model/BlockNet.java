package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/// A [VideoNet] made of [TorchBlock]s.
final class BlockNet implements VideoNet {
  private final String name;
  private final Built built;
  private final TorchBlock root;
  private final DataType dataType;
  private final NDManager manager;
  private final LinkedHashMap<String, NDArray> parameters = new LinkedHashMap<>();
  private final LinkedHashMap<String, NDArray> buffers = new LinkedHashMap<>();
  private final List<ParameterGroup> groups;

  /// A model's blocks and what is said of them.
  ///
  /// @param grouping parameters by name to their groups
  /// @param scores what an evaluation pass gives
  record Built(
      TorchBlock root,
      Function<Map<String, NDArray>, List<ParameterGroup>> grouping,
      Scores scores) {}

  /// Takes over `manager`, and allocates the blocks' tensors on it.
  BlockNet(ModelSpec spec, Built built, NDManager manager) {
    this.name = spec.name();
    this.built = built;
    this.root = built.root();
    this.manager = manager;
    this.dataType = spec.dataType();
    root.initialize(manager, dataType);
    root.visit(
        "",
        (key, parameter) ->
            (parameter.requiresGradient() ? parameters : buffers).put(key, parameter.getArray()));
    List<ParameterGroup> all = built.grouping().apply(parameters);
    this.groups =
        List.copyOf(
            spec.regularization().partialBatchNorm() ? withoutFrozen(all, frozen(root)) : all);
  }

  /// Freezes every batch normalisation but the first, as TSN's partial batch normalisation does.
  ///
  /// @return names of the parameters that are no longer trained
  private static Set<String> frozen(TorchBlock root) {
    Set<String> names = new LinkedHashSet<>();
    AtomicBoolean first = new AtomicBoolean(true);
    root.visitBlocks(
        "",
        (name, block) -> {
          if (block instanceof BatchNormalization normalization && !first.getAndSet(false)) {
            normalization.freeze();
            names.add(name + ".weight");
            names.add(name + ".bias");
          }
        });
    return names;
  }

  private static List<ParameterGroup> withoutFrozen(List<ParameterGroup> all, Set<String> frozen) {
    List<ParameterGroup> groups = new ArrayList<>();
    for (ParameterGroup group : all) {
      List<String> trained =
          group.parameters().stream().filter(name -> !frozen.contains(name)).toList();
      groups.add(
          new ParameterGroup(
              group.name(), trained, group.rateMultiplier(), group.decayMultiplier()));
    }
    groups.add(new ParameterGroup("frozen", List.copyOf(frozen), 0, 0));
    return groups;
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
  public Scores scores() {
    return built.scores();
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
