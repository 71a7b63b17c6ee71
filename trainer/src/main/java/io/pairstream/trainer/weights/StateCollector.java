package io.pairstream.trainer.weights;

import io.pairstream.trainer.weights.WeightFile.StateTensors;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Lists the tensors below an unpickled object, by their path.
final class StateCollector {
  private static final int DEEPEST = 32;
  private static final int MOST_VISITS = 1_000_000;

  private final StorageSource storages;
  private final SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();

  /// What is among them and cannot be read, in few words.
  private final SequencedMap<String, String> unread = new LinkedHashMap<>();

  private int visits;

  private StateCollector(StorageSource storages) {
    this.storages = storages;
  }

  /// All tensors below a dict.
  ///
  /// @param place where the dict is in the file; empty: the top
  /// @param others what is beside it, in few words
  /// @throws WeightFormatException if they are damaged
  static StateTensors collect(
      String place,
      Value.Mapping mapping,
      SequencedMap<String, String> others,
      StorageSource storages)
      throws IOException {
    StateCollector collector = new StateCollector(storages);
    collector.collect("", mapping, 0);
    SequencedMap<String, String> beside = new LinkedHashMap<>(others);
    collector.unread.forEach((name, text) -> beside.put(join(place, name), text));
    return new StateTensors(place, "", collector.tensors, beside).withoutWrappers();
  }

  /// All tensors below a TorchScript module, by the path of attributes.
  static StateTensors ofModule(Value root, StorageSource storages) throws IOException {
    StateCollector collector = new StateCollector(storages);
    collector.collect("", root, 0);
    if (collector.tensors.isEmpty()) {
      throw new WeightFormatException(
          "there are no weights in it: a frozen module keeps them as constants");
    }
    return new StateTensors("", "", collector.tensors, new LinkedHashMap<>());
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
      case Value.Thing thing -> {
        unread.put(name, thing.summary());
        collect(name, thing.entries().entries(), depth);
      }
      case Value.None _,
          Value.Flag _,
          Value.Int _,
          Value.Real _,
          Value.Text _,
          Value.Bytes _,
          Value.Opaque _,
          Value.Symbol _,
          Value.Stranger _,
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

  /// A path of keys.
  static String join(String prefix, String name) {
    return prefix.isEmpty() ? name : prefix + "." + name;
  }

  /// A key as a part of a path.
  static String key(Value key) {
    return key instanceof Value.Text(String text) ? text : key.summary();
  }
}
