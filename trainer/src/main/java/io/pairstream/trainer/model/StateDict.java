package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.trainer.torch.NativeTensors;
import io.pairstream.trainer.torch.Torch;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Parameters and buffers of a model by their reference names, as `state_dict()` of PyTorch.
public final class StateDict {
  private StateDict() {}

  /// A heap copy of everything.
  public static SortedMap<String, Tensor> of(VideoNet net) {
    SortedMap<String, Tensor> state = new TreeMap<>();
    net.parameters().forEach((name, array) -> state.put(name, NativeTensors.copy(array)));
    net.buffers().forEach((name, array) -> state.put(name, NativeTensors.copy(array)));
    return state;
  }

  /// Overwrites everything. Values are converted to the model's type.
  ///
  /// @throws IllegalArgumentException with one sentence, before anything is overwritten, if a name
  ///   is missing, unknown, or has another shape
  public static void load(VideoNet net, Map<String, Tensor> state) {
    TreeSet<String> missing = new TreeSet<>(net.parameters().keySet());
    missing.addAll(net.buffers().keySet());
    TreeSet<String> unknown = new TreeSet<>(state.keySet());
    unknown.removeAll(missing);
    missing.removeAll(state.keySet());
    if (!missing.isEmpty() || !unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "weights do not fit "
              + net.name()
              + ": "
              + missing.size()
              + " missing"
              + example(missing)
              + ", "
              + unknown.size()
              + " unknown"
              + example(unknown));
    }
    checkShapes(net.parameters(), state);
    checkShapes(net.buffers(), state);
    copy(net.manager(), state, net.parameters());
    copy(net.manager(), state, net.buffers());
  }

  private static void checkShapes(SequencedMap<String, NDArray> arrays, Map<String, Tensor> state) {
    arrays.forEach((name, array) -> {
      Shape have = Shape.of(array.getShape().getShape());
      Tensor tensor = state.get(name);
      if (tensor != null && !tensor.shape().equals(have)) {
        throw new IllegalArgumentException(
            "weight '" + name + "' is " + tensor.shape() + ", the model's is " + have);
      }
    });
  }

  private static void copy(
      NDManager parent, Map<String, Tensor> state, SequencedMap<String, NDArray> arrays) {
    Torch.recordGradients(false);
    arrays.forEach((name, array) -> {
      Tensor tensor = state.get(name);
      if (tensor != null) {
        try (NDManager scope = parent.newSubManager()) {
          NativeTensors.overwrite(array, NativeTensors.view(scope, tensor));
        }
      }
    });
  }

  private static String example(TreeSet<String> names) {
    return names.isEmpty() ? "" : " (" + names.first() + (names.size() > 1 ? ", …" : "") + ")";
  }
}
