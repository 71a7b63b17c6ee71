package io.pairstream.trainer.weights;

import java.util.Map;
import java.util.regex.Pattern;

/// How much a dict looks like a model's weights.
enum Likeness {
  /// There is no tensor in it.
  NONE,
  /// There are tensors, such as an optimizer's, counts, or the state of a generator.
  TENSORS,
  /// At least one is a matrix of floats with a name that layers give theirs.
  WEIGHTS;

  private static final int DEEPEST = 32;
  private static final int MOST_VISITS = 1_000_000;

  /// PyTorch's and Keras' names at the end of a path, and Caffe2's endings.
  private static final Pattern WEIGHT =
      Pattern.compile("(?s)(.*[./])?(weight|bias|kernel|gamma|beta|w|b)|.*_(w|b|s)");

  /// Of the tensors that a dict holds itself.
  static Likeness ofEntries(Value.Mapping mapping) {
    Likeness most = NONE;
    for (Map.Entry<Value, Value> entry : mapping.entries().entrySet()) {
      most = most.or(ofTensor(entry.getKey(), entry.getValue()));
    }
    return most;
  }

  /// Of all that is below a dict.
  ///
  /// @throws WeightFormatException if that does not end
  static Likeness ofAll(Value.Mapping mapping) throws WeightFormatException {
    return new Walk().below(mapping, 0);
  }

  private Likeness or(Likeness other) {
    return other.compareTo(this) > 0 ? other : this;
  }

  /// A single number is a best accuracy or the like.
  private static Likeness ofTensor(Value key, Value value) {
    int rank;
    boolean floats;
    if (value instanceof Value.TensorView view) {
      rank = view.shape().rank();
      floats = isFloat(view.storage().type());
    } else if (value instanceof Value.NumpyArray array) {
      rank = array.rank();
      floats = array.element().filter(Likeness::isFloat).isPresent();
    } else {
      return NONE;
    }
    if (rank == 0) {
      return NONE;
    }
    return rank > 1
            && floats
            && key instanceof Value.Text(String name)
            && WEIGHT.matcher(name).matches()
        ? WEIGHTS
        : TENSORS;
  }

  private static boolean isFloat(StoredType type) {
    return switch (type) {
      case F64, F32, F16, BF16 -> true;
      case I64, I32, I16, I8, U8, BOOL -> false;
    };
  }

  /// One look through nested dicts and lists, which ends where weights are found.
  private static final class Walk {
    private int visits;

    Likeness below(Value value, int depth) throws WeightFormatException {
      if (depth > DEEPEST || ++visits > MOST_VISITS) {
        throw new WeightFormatException("it is nested deeper or wider than weights are");
      }
      Likeness most = NONE;
      if (value instanceof Value.Sequence sequence) {
        for (Value item : sequence.items()) {
          most = most.or(ofTensor(value, item)).or(below(item, depth + 1));
          if (most == WEIGHTS) {
            return most;
          }
        }
      }
      if (value.entriesLikeADict().isPresent()) {
        for (Map.Entry<Value, Value> entry : value.entriesLikeADict().get().entries().entrySet()) {
          most =
              most.or(ofTensor(entry.getKey(), entry.getValue()))
                  .or(below(entry.getValue(), depth + 1));
          if (most == WEIGHTS) {
            return most;
          }
        }
      }
      return most;
    }
  }
}
