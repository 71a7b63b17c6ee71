package io.pairstream.trainer.weights;

import io.pairstream.clip.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The names that weights need, and what each stands for. Everything else is a stranger: its name
/// and place are known, and what it would make is an empty thing. Nothing is ever run.
///
/// @param torchScript whether classes of TorchScript may be made: bags of attributes
/// @param mentioned told every storage that is asked for, by its key
/// @param copied how many bytes calls have copied
record Globals(boolean torchScript, Map<String, Value.Storage> mentioned, AtomicLong copied) {
  private static final Set<String> BUILTINS = Set.of("builtins", "__builtin__");
  private static final Set<String> COLLECTIONS =
      Set.of(
          "list",
          "dict",
          "set",
          "frozenset",
          "tuple",
          "bytes",
          "bytearray",
          "int",
          "float",
          "bool");
  private static final Set<String> MAPPINGS = Set.of("OrderedDict", "defaultdict", "Counter");
  private static final Set<String> REBUILDS =
      Set.of(
          "_rebuild_tensor",
          "_rebuild_tensor_v2",
          "_rebuild_parameter",
          "_rebuild_parameter_with_state");
  private static final Set<String> NUMPY_ARRAY =
      Set.of("numpy.core.multiarray", "numpy._core.multiarray");
  private static final Set<String> NUMPY_NUMERIC =
      Set.of("numpy.core.numeric", "numpy._core.numeric");
  private static final Set<String> SCRIPT_LISTS =
      Set.of("build_intlist", "build_tensorlist", "build_doublelist", "build_boollist");
  private static final String SCRIPT_CLASS = "__torch__";
  private static final int MOST_DIMENSIONS = 64;

  /// What an entry of a dict takes, roughly.
  private static final int ENTRY_BYTES = 64;

  Globals(boolean torchScript) {
    this(torchScript, new HashMap<>(), new AtomicLong());
  }

  /// The same, with its storages noted elsewhere.
  Globals noting(Map<String, Value.Storage> newMentioned) {
    return new Globals(torchScript, newMentioned, copied);
  }

  /// A name that the pickle asks for.
  ///
  /// @param at where
  Value find(String module, String name, long at) {
    return isKnown(module, name)
        ? new Value.Symbol(module, name)
        : stranger(module + "." + name, at);
  }

  private boolean isKnown(String module, String name) {
    return switch (module) {
      case "collections" -> MAPPINGS.contains(name);
      case "torch" ->
          name.equals("Size")
              || name.equals("device")
              || StoredType.ofStorage(name).isPresent()
              || StoredType.ofTorchName(name).isPresent();
      case "torch.storage" -> name.equals("UntypedStorage");
      case "torch._utils" -> REBUILDS.contains(name);
      case "_codecs" -> name.equals("encode");
      case "numpy" -> name.equals("ndarray") || name.equals("dtype");
      case "torch.jit._pickle" ->
          torchScript && (SCRIPT_LISTS.contains(name) || name.equals("restore_type_tag"));
      default ->
          BUILTINS.contains(module) && COLLECTIONS.contains(name)
              || NUMPY_ARRAY.contains(module)
                  && (name.equals("_reconstruct") || name.equals("scalar"))
              || NUMPY_NUMERIC.contains(module) && name.equals("_frombuffer")
              || torchScript && isScriptClass(module);
    };
  }

  private static boolean isScriptClass(String module) {
    return module.equals(SCRIPT_CLASS) || module.startsWith(SCRIPT_CLASS + ".");
  }

  private static Value.Stranger stranger(String name, long at) {
    String start = name.substring(0, Math.min(name.length(), 80));
    String clean = start.replaceAll("[^\\x20-\\x7e]", "?");
    return new Value.Stranger(name.length() > 80 ? clean + "…" : clean, at);
  }

  /// A storage, by what PyTorch writes in its place: ('storage', class, key, device, elements[,
  /// view]), the view ('key', offset, elements); or, of old, a class of modules: ('module', class,
  /// file, source). A storage of elements that no weights have is a thing.
  Value persistent(Value id, long at) throws IOException {
    List<Value> parts = items(id, at);
    if (parts.size() >= 2 && parts.get(0) instanceof Value.Text(String kind)) {
      if (kind.equals("module")) {
        return parts.get(1);
      }
      if (kind.equals("storage") && parts.get(1) instanceof Value.Stranger stranger) {
        return new Value.Thing(stranger);
      }
    }
    if (parts.size() < 5
        || !(parts.get(0) instanceof Value.Text(String kind))
        || !kind.equals("storage")
        || !(parts.get(1) instanceof Value.Symbol type)
        || !(parts.get(2) instanceof Value.Text(String key))) {
      throw damaged(at);
    }
    long viewOffset = 0;
    if (parts.size() > 5 && parts.get(5) instanceof Value.Sequence view) {
      viewOffset = integer(argument(view.items(), 1, at), at);
    }
    StoredType stored =
        type.name().equals("UntypedStorage")
            ? StoredType.U8
            : StoredType.ofStorage(type.name()).orElseThrow(() -> damaged(at));
    Value.Storage storage = new Value.Storage(stored, key, integer(parts.get(4), at), viewOffset);
    Value.Storage before = mentioned.putIfAbsent(key, storage);
    if (before != null && before.byteSize() != storage.byteSize()) {
      throw damaged(at);
    }
    return storage;
  }

  /// What a call stands for.
  Value call(Value function, List<Value> arguments, long at) throws IOException {
    if (function instanceof Value.Symbol symbol) {
      return call(symbol, arguments, at);
    }
    if (function instanceof Value.Stranger stranger) {
      return thing(stranger, arguments);
    }
    if (function instanceof Value.Thing thing) {
      return new Value.Thing(thing.maker());
    }
    throw damaged(at);
  }

  /// Python's own makers of objects are told the class.
  private static Value thing(Value.Stranger maker, List<Value> arguments) {
    return new Value.Thing(
        maker.name().startsWith("copy") && first(arguments) instanceof Value.Stranger type
            ? type
            : maker);
  }

  private static @Nullable Value first(List<Value> arguments) {
    return arguments.isEmpty() ? null : arguments.getFirst();
  }

  private Value call(Value.Symbol symbol, List<Value> arguments, long at) throws IOException {
    return switch (symbol.name()) {
      case "OrderedDict", "Counter", "dict" -> dict(arguments, at);
      case "defaultdict" -> new Value.Mapping();
      case "Size", "list", "tuple", "set", "frozenset" ->
          arguments.isEmpty() ? Value.Sequence.empty() : argument(arguments, 0, at);
      case "device" -> new Value.Opaque("a device");
      case "_rebuild_tensor", "_rebuild_tensor_v2" -> tensor(arguments, at);
      case "_rebuild_parameter", "_rebuild_parameter_with_state" -> argument(arguments, 0, at);
      case "encode", "bytes", "bytearray" -> encoded(arguments, at);
      case "_reconstruct" -> new Value.NumpyArray();
      case "_frombuffer" -> fromBuffer(arguments, at);
      case "scalar" -> scalar(arguments, at);
      case "dtype" ->
          new Value.NumpyType(
              argument(arguments, 0, at) instanceof Value.Text(String code)
                  ? code
                  : arguments.getFirst().summary());
      default -> {
        if (torchScript && (SCRIPT_LISTS.contains(symbol.name()) || isTag(symbol))) {
          yield argument(arguments, 0, at);
        }
        yield new Value.Thing(stranger(symbol.path(), at));
      }
    };
  }

  private static boolean isTag(Value.Symbol symbol) {
    return symbol.name().equals("restore_type_tag");
  }

  /// A new object of a class.
  Value create(Value type, List<Value> arguments, long at) throws IOException {
    if (type instanceof Value.Symbol symbol && torchScript && isScriptClass(symbol.module())) {
      return new Value.Module(symbol);
    }
    return call(type, arguments, at);
  }

  /// Gives an object its state.
  void build(Value object, Value state, long at) throws IOException {
    switch (object) {
      case Value.Module module when state instanceof Value.Mapping attributes ->
          module.set(attributes);
      case Value.NumpyType type ->
          type.order(
              argument(items(state, at), 1, at) instanceof Value.Text(String order) ? order : "|");
      case Value.NumpyArray array -> fill(array, items(state, at), at);
      // Attributes beside the entries, such as a state dict's `_metadata`: no weights.
      case Value.Mapping _, Value.TensorView _, Value.Thing _ -> {}
      case Value.Module _,
          Value.None _,
          Value.Flag _,
          Value.Int _,
          Value.Real _,
          Value.Text _,
          Value.Bytes _,
          Value.Opaque _,
          Value.Symbol _,
          Value.Stranger _,
          Value.Storage _,
          Value.Sequence _ ->
          throw damaged(at);
    }
  }

  /// A new dict, the one that is given, or one of pairs.
  private Value dict(List<Value> arguments, long at) throws IOException {
    if (first(arguments) instanceof Value.Mapping other) {
      return other;
    }
    Value.Mapping mapping = new Value.Mapping();
    if (!arguments.isEmpty()) {
      List<Value> pairs = items(arguments.getFirst(), at);
      spend(pairs.size() * (long) ENTRY_BYTES, at);
      for (Value pair : pairs) {
        List<Value> entry = items(pair, at);
        mapping.put(argument(entry, 0, at), argument(entry, 1, at));
      }
    }
    return mapping;
  }

  /// Bounds what calls copy: the same list or text may be given to any number of them.
  private void spend(long bytes, long at) throws WeightFormatException {
    if (copied.addAndGet(bytes) > PickleInput.MOST_COPIED) {
      throw new WeightFormatException(
          "the pickle copies over %d MiB by byte %d, more than weights need"
              .formatted(PickleInput.MOST_COPIED >> 20, at));
    }
  }

  /// (storage, offset, shape, strides, …)
  private static Value tensor(List<Value> arguments, long at) throws IOException {
    if (argument(arguments, 0, at) instanceof Value.Thing ofAnotherType) {
      return ofAnotherType;
    }
    if (!(arguments.getFirst() instanceof Value.Storage storage)) {
      throw damaged(at);
    }
    return new Value.TensorView(
        storage,
        integer(argument(arguments, 1, at), at),
        shape(argument(arguments, 2, at), at),
        integers(argument(arguments, 3, at), at));
  }

  /// Text that stands for bytes, one a character: protocol 2 has no bytes.
  private Value encoded(List<Value> arguments, long at) throws IOException {
    if (arguments.isEmpty()) {
      return new Value.Bytes(RandomBytes.of(new byte[0]).whole());
    }
    if (arguments.getFirst() instanceof Value.Bytes bytes) {
      return bytes;
    }
    return new Value.Bytes(data(arguments.getFirst(), at));
  }

  /// (bytes, type, shape, order)
  private Value fromBuffer(List<Value> arguments, long at) throws IOException {
    Value.NumpyArray array = new Value.NumpyArray();
    if (!(argument(arguments, 1, at) instanceof Value.NumpyType type)) {
      throw damaged(at);
    }
    array.set(
        type,
        shape(argument(arguments, 2, at), at),
        text(argument(arguments, 3, at), at).equals("F"),
        data(argument(arguments, 0, at), at));
    return array;
  }

  /// (version, shape, type, columns first, data); the data of objects are a list.
  private void fill(Value.NumpyArray array, List<Value> state, long at) throws IOException {
    int first = state.size() == 5 ? 1 : 0;
    if (!(argument(state, first + 1, at) instanceof Value.NumpyType type)) {
      throw damaged(at);
    }
    Value data = argument(state, first + 3, at);
    boolean columns = argument(state, first + 2, at) instanceof Value.Flag(boolean flag) && flag;
    array.set(
        type,
        shape(argument(state, first, at), at),
        columns,
        data instanceof Value.Sequence ? RandomBytes.of(new byte[0]).whole() : data(data, at));
  }

  /// (type, bytes): a number.
  private Value scalar(List<Value> arguments, long at) throws IOException {
    if (!(argument(arguments, 0, at) instanceof Value.NumpyType type)) {
      throw damaged(at);
    }
    Value.NumpyArray array = new Value.NumpyArray();
    if (arguments.size() < 2 || arguments.get(1) instanceof Value.Sequence) {
      return new Value.Opaque("a NumPy " + type.code());
    }
    array.set(type, Shape.of(), false, data(arguments.get(1), at));
    return array;
  }

  private Region data(Value value, long at) throws IOException {
    if (value instanceof Value.Bytes bytes) {
      return bytes.region();
    }
    String text = text(value, at);
    spend(text.length(), at);
    return RandomBytes.of(text.getBytes(StandardCharsets.ISO_8859_1)).whole();
  }

  private static Shape shape(Value value, long at) throws IOException {
    try {
      return new Shape(integers(value, at));
    } catch (IllegalArgumentException e) {
      throw new WeightFormatException("at byte " + at + ": " + e.getMessage(), e);
    }
  }

  private static List<Long> integers(Value value, long at) throws IOException {
    List<Value> items = items(value, at);
    if (items.size() > MOST_DIMENSIONS) {
      throw new WeightFormatException(
          "a tensor has %d dimensions at byte %d".formatted(items.size(), at));
    }
    List<Long> numbers = new ArrayList<>();
    for (Value item : items) {
      numbers.add(integer(item, at));
    }
    return numbers;
  }

  private static long integer(Value value, long at) throws IOException {
    if (value instanceof Value.Int number) {
      return number.toLong();
    }
    throw damaged(at);
  }

  private static String text(Value value, long at) throws IOException {
    if (value instanceof Value.Text text) {
      return text.value();
    }
    throw damaged(at);
  }

  private static List<Value> items(Value value, long at) throws IOException {
    if (value instanceof Value.Sequence sequence) {
      return sequence.items();
    }
    throw damaged(at);
  }

  private static Value argument(List<Value> arguments, int index, long at) throws IOException {
    if (index >= arguments.size()) {
      throw damaged(at);
    }
    return arguments.get(index);
  }

  private static WeightFormatException damaged(long at) {
    return new WeightFormatException("the pickle is damaged at byte " + at);
  }
}
