package io.pairstream.trainer.weights;

import io.pairstream.trainer.weights.WeightFile.StateTensors;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Finds the weights in an unpickled object: at its top, or under one of the names that trainers
/// give them.
final class StateFinder {
  /// In the order in which they are looked for.
  private static final List<String> PLACES =
      List.of(
          "state_dict",
          "model_state",
          "model_state_dict",
          "model",
          "net",
          "network",
          "module",
          "blobs",
          "weights",
          "params");

  private static final int DEEPEST = 32;
  private static final int MOST_VISITS = 1_000_000;
  private static final int MOST_OTHERS = 1000;

  private final StorageSource storages;
  private final SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
  private int visits;

  private StateFinder(StorageSource storages) {
    this.storages = storages;
  }

  /// @throws WeightFormatException if there are no weights in it, or they are damaged
  static StateTensors find(Value root, StorageSource storages) throws IOException {
    Value.Mapping top = mapping(root);
    if (holdsTensors(top)) {
      return collected("", top, new LinkedHashMap<>(), storages);
    }
    for (String place : PLACES) {
      Optional<Value> found = top.get(place);
      if (found.isPresent() && found.get() instanceof Value.Mapping inner) {
        StateTensors state = collected(place, inner, others(top, place), storages);
        if (!state.tensors().isEmpty()) {
          return state;
        }
      }
    }
    throw new WeightFormatException(
        "there are no weights in it: no tensors at the top and no dict of them under %s; it has %s"
            .formatted(String.join(", ", PLACES), keys(top)));
  }

  /// All tensors below a TorchScript module, by the path of attributes.
  static StateTensors ofModule(Value root, StorageSource storages) throws IOException {
    StateFinder finder = new StateFinder(storages);
    finder.collect("", root, 0);
    if (finder.tensors.isEmpty()) {
      throw new WeightFormatException(
          "there are no weights in it: a frozen module keeps them as constants");
    }
    return new StateTensors("", "", finder.tensors, new LinkedHashMap<>());
  }

  private static StateTensors collected(
      String place,
      Value.Mapping mapping,
      SequencedMap<String, String> others,
      StorageSource storages)
      throws IOException {
    StateFinder finder = new StateFinder(storages);
    finder.collect("", mapping, 0);
    return new StateTensors(place, "", finder.tensors, others).withoutWrappers();
  }

  private static Value.Mapping mapping(Value root) throws WeightFormatException {
    if (root instanceof Value.Mapping mapping) {
      return mapping;
    }
    throw new WeightFormatException(
        "there are no weights in it: it holds " + root.summary() + " and not a dict");
  }

  /// Whether there are tensors at the top; a single number there is a best accuracy or the like.
  private static boolean holdsTensors(Value.Mapping mapping) {
    return mapping.entries().values().stream()
        .anyMatch(value ->
            value instanceof Value.TensorView view && view.shape().rank() > 0
                || value instanceof Value.NumpyArray array && array.rank() > 0);
  }

  private void collect(String name, Value value, int depth) throws IOException {
    if (depth > DEEPEST || ++visits > MOST_VISITS) {
      throw new WeightFormatException("it is nested deeper or wider than weights are");
    }
    switch (value) {
      case Value.Mapping mapping -> collect(name, mapping.entries(), depth);
      case Value.Module module -> {
        if (module.attributes().isPresent()) {
          collect(name, module.attributes().get().entries(), depth);
        }
      }
      case Value.Sequence sequence -> {
        int index = 0;
        for (Value item : sequence.items()) {
          collect(join(name, String.valueOf(index++)), item, depth + 1);
        }
      }
      case Value.TensorView view -> put(name, tensor(name, view));
      case Value.NumpyArray array -> {
        Optional<StoredTensor> stored = array.stored();
        if (stored.isPresent()) {
          put(name, stored.get());
        }
      }
      case Value.None _,
          Value.Flag _,
          Value.Int _,
          Value.Real _,
          Value.Text _,
          Value.Bytes _,
          Value.Opaque _,
          Value.Symbol _,
          Value.Storage _,
          Value.NumpyType _ -> {}
    }
  }

  private void collect(String name, Map<Value, Value> entries, int depth) throws IOException {
    for (Map.Entry<Value, Value> entry : entries.entrySet()) {
      collect(join(name, key(entry.getKey())), entry.getValue(), depth + 1);
    }
  }

  private void put(String name, StoredTensor tensor) throws IOException {
    if (tensors.put(name, tensor) != null) {
      throw new WeightFormatException("it has two tensors '" + name + "'");
    }
  }

  private StoredTensor tensor(String name, Value.TensorView view) throws IOException {
    try {
      return tensor(view, storages);
    } catch (WeightFormatException e) {
      throw new WeightFormatException("tensor '" + name + "': " + e.getMessage(), e);
    }
  }

  /// A tensor with its place in the file.
  static StoredTensor tensor(Value.TensorView view, StorageSource storages) throws IOException {
    Value.Storage storage = view.storage();
    Region bytes = storages.bytes(storage);
    try {
      long offset = Math.addExact(view.offset(), storage.viewOffset());
      return new StoredTensor(storage.type(), view.shape(), view.strides(), offset, bytes);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new WeightFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String join(String prefix, String name) {
    return prefix.isEmpty() ? name : prefix + "." + name;
  }

  private static String key(Value key) {
    return key instanceof Value.Text(String text) ? text : key.summary();
  }

  private static SequencedMap<String, String> others(Value.Mapping top, String place) {
    SequencedMap<String, String> others = new LinkedHashMap<>();
    top.entries().entrySet().stream()
        .limit(MOST_OTHERS)
        .filter(entry -> !key(entry.getKey()).equals(place))
        .forEach(entry -> others.put(key(entry.getKey()), entry.getValue().summary()));
    return others;
  }

  private static String keys(Value.Mapping top) {
    if (top.entries().isEmpty()) {
      return "nothing";
    }
    String first =
        String.join(", ", top.entries().keySet().stream().limit(8).map(Value::summary).toList());
    return top.entries().size() > 8 ? first + ", …" : first;
  }
}
