package io.pairstream.trainer.weights;

import io.pairstream.clip.Shape;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What a pickle can be made of here: nothing that does anything.
public sealed interface Value {
  /// Python's `None`.
  record None() implements Value {}

  record Flag(boolean value) implements Value {}

  /// Comparable, as [Text] is.
  record Int(BigInteger value) implements Value, Comparable<Int> {
    @Override
    public int compareTo(Int other) {
      return value.compareTo(other.value);
    }

    static Int of(long value) {
      return new Int(BigInteger.valueOf(value));
    }

    /// @throws WeightFormatException if it has over 64 bits
    long toLong() throws WeightFormatException {
      if (value.bitLength() > 63) {
        throw new WeightFormatException("the number " + value + " is too large for a size");
      }
      return value.longValue();
    }
  }

  record Real(double value) implements Value, Comparable<Real> {
    @Override
    public int compareTo(Real other) {
      return Double.compare(value, other.value);
    }
  }

  /// Comparable: a hash table of keys that were made to collide stays fast.
  record Text(String value) implements Value, Comparable<Text> {
    @Override
    public int compareTo(Text other) {
      return value.compareTo(other.value);
    }
  }

  /// Bytes, which may lie in the file still.
  record Bytes(Region region) implements Value {}

  /// A thing that is known by its name only, or that no weights depend on.
  record Opaque(String what) implements Value {}

  /// A global of the allow-list.
  record Symbol(String module, String name) implements Value {
    String path() {
      return module + "." + name;
    }
  }

  /// Any other global: a name that is not looked up.
  ///
  /// @param name with its module, fit to be shown
  /// @param at the byte at which the pickle asks for it
  record Stranger(String name, long at) implements Value {
    @Override
    public String toString() {
      return "'%s' (byte %d)".formatted(name, at);
    }
  }

  /// What a stranger would have made, had it been run: what was to be put into it as into a dict,
  /// and nothing else. Equal to itself only.
  final class Thing implements Value {
    private final Stranger maker;
    private final Mapping entries = new Mapping();

    Thing(Stranger maker) {
      this.maker = maker;
    }

    Stranger maker() {
      return maker;
    }

    Mapping entries() {
      return entries;
    }
  }

  /// The memory of tensors.
  ///
  /// @param type of its elements
  /// @param key its name in the file
  /// @param elements how many
  /// @param viewOffset elements of the storage that this view of it leaves out
  record Storage(StoredType type, String key, long elements, long viewOffset) implements Value {
    /// Wraps around where the number of elements is nonsense.
    long byteSize() {
      return elements * type.bytes();
    }
  }

  /// A PyTorch tensor: a view of a storage.
  record TensorView(Storage storage, long offset, Shape shape, List<Long> strides)
      implements Value {
    public TensorView {
      strides = List.copyOf(strides);
    }
  }

  /// A list, a tuple or a set; equal to itself only.
  final class Sequence implements Value {
    private final List<Value> items;

    Sequence(List<Value> items) {
      this.items = items;
    }

    static Sequence empty() {
      return new Sequence(new ArrayList<>(0));
    }

    public List<Value> items() {
      return Collections.unmodifiableList(items);
    }

    void add(Value item) {
      items.add(item);
    }
  }

  /// A dict; equal to itself only.
  final class Mapping implements Value {
    private final LinkedHashMap<Value, Value> entries = new LinkedHashMap<>(0);

    public SequencedMap<Value, Value> entries() {
      return Collections.unmodifiableSequencedMap(entries);
    }

    /// The value under a text.
    public Optional<Value> get(String key) {
      return Optional.ofNullable(entries.get(new Text(key)));
    }

    void put(Value key, Value value) {
      entries.put(key, value);
    }
  }

  /// An object of a TorchScript class: its name, and its attributes once they are known.
  final class Module implements Value {
    private final Symbol type;
    private @Nullable Mapping attributes;

    Module(Symbol type) {
      this.type = type;
    }

    public Symbol type() {
      return type;
    }

    public Optional<Mapping> attributes() {
      return Optional.ofNullable(attributes);
    }

    void set(Mapping state) {
      attributes = state;
    }
  }

  /// A NumPy element type, of which the byte order comes after its name.
  final class NumpyType implements Value {
    private final String code;
    private boolean bigEndian;

    NumpyType(String code) {
      this.code = code;
    }

    void order(String order) {
      bigEndian = order.equals(">");
    }

    String code() {
      return (bigEndian ? ">" : "") + code;
    }

    /// The type, if tensors can have it.
    Optional<StoredType> stored() {
      return bigEndian && !code.endsWith("1") ? Optional.empty() : StoredType.ofNumpy(code);
    }
  }

  /// A NumPy array: empty until its state is known.
  final class NumpyArray implements Value {
    private @Nullable NumpyType type;
    private Shape shape = Shape.of(0);
    private boolean columns;
    private Region data = RandomBytes.of(new byte[0]).whole();

    void set(NumpyType newType, Shape newShape, boolean newColumns, Region newData) {
      type = newType;
      shape = newShape;
      columns = newColumns;
      data = newData;
    }

    int rank() {
      return shape.rank();
    }

    /// Of the elements, if tensors can have it.
    Optional<StoredType> element() {
      return type == null ? Optional.empty() : type.stored();
    }

    /// `float32 [3,4]`
    String text() {
      return (type == null ? "unknown" : type.code()) + " " + shape;
    }

    /// The array as a tensor, if its element type is one of tensors'.
    ///
    /// @throws WeightFormatException if it has not as many bytes as it should
    Optional<StoredTensor> stored() throws WeightFormatException {
      Optional<StoredType> known = element();
      if (known.isEmpty()) {
        return Optional.empty();
      }
      StoredType element = known.get();
      if (shape.elements() * element.bytes() != data.length()) {
        throw new WeightFormatException(
            "an array %s has %d bytes".formatted(text(), data.length()));
      }
      try {
        return Optional.of(
            new StoredTensor(element, shape, StoredTensor.strides(shape, columns), 0, data));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new WeightFormatException(String.valueOf(e.getMessage()), e);
      }
    }
  }

  /// The entries of a dict, or of an object that is one; empty for anything else.
  default Optional<Mapping> entriesLikeADict() {
    if (this instanceof Mapping mapping) {
      return Optional.of(mapping);
    }
    return this instanceof Thing thing && !thing.entries().entries().isEmpty()
        ? Optional.of(thing.entries())
        : Optional.empty();
  }

  /// A short text for people, never a long one.
  default String summary() {
    return switch (this) {
      case None _ -> "None";
      case Flag flag -> flag.value() ? "True" : "False";
      case Int number -> shortened(number.value().toString());
      case Real number -> String.valueOf(number.value());
      case Text text -> "'" + shortened(text.value()) + "'";
      case Bytes bytes -> bytes.region().length() + " bytes";
      case Opaque other -> other.what();
      case Symbol symbol -> symbol.path();
      case Stranger stranger -> stranger.name();
      case Thing thing -> "an object of " + thing.maker().name() + ", not made";
      case Storage storage -> "a storage of " + storage.elements();
      case TensorView tensor ->
          "a tensor " + tensor.storage().type().torchName() + " " + tensor.shape();
      case Sequence sequence -> "a list of " + sequence.items().size();
      case Mapping mapping -> "a dict of " + mapping.entries().size();
      case Module module -> "a module " + module.type().path();
      case NumpyType type -> "the type " + type.code();
      case NumpyArray array -> "an array " + array.text();
    };
  }

  private static String shortened(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() <= 40 && line.length() == text.length()
        ? line
        : line.substring(0, Math.min(line.length(), 40)) + "…";
  }
}
