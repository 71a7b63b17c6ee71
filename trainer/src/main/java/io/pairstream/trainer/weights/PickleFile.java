package io.pairstream.trainer.weights;

import io.pairstream.trainer.weights.WeightFile.Contents;
import io.pairstream.trainer.weights.WeightFile.Format;
import java.io.IOException;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Files that begin with a pickle: those of `torch.save` before 1.6, which are five pickles and
/// then the storages; and plain pickles of NumPy arrays, such as those of PySlowFast's model zoo
/// with Caffe2's names.
final class PickleFile {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  private PickleFile() {}

  /// A pickle of protocol 2 or later, or an older one that begins with a dict, a long number or a
  /// class.
  static boolean looksLikeOne(byte[] head) {
    if (head.length < 2) {
      return false;
    }
    int first = head[0] & 0xFF;
    return first == 0x80 && head[1] <= 5
        || "(dp".startsWith(new String(head, 0, 2, java.nio.charset.StandardCharsets.ISO_8859_1))
        || first == '}'
        || first == 'L'
        || first == 'c' && head[1] >= 'a' && head[1] <= 'z';
  }

  static WeightFile read(Region file, Optional<String> key, WeightFile.Maker maker)
      throws IOException {
    PickleInput in = new PickleInput(file);
    Globals globals = new Globals(false);
    Value first = Unpickler.read(in, globals);
    if (!(first instanceof Value.Int(BigInteger magic))) {
      StorageSource none = StorageSource.none();
      return maker.make(
          Format.NUMPY_PICKLE, new Contents(first, none, StateFinder.find(first, none, key)));
    }
    if (!magic.equals(MAGIC)) {
      throw new WeightFormatException("the pickle holds a number and no weights");
    }
    if (!(Unpickler.read(in, globals) instanceof Value.Int version)
        || version.toLong() != VERSION) {
      throw new WeightFormatException("the version of the checkpoint's format is unknown");
    }
    requireLittleEndian(Unpickler.read(in, globals));
    // The storages come last: their types are known only after the object.
    SequencedMap<String, Value.Storage> mentioned = new LinkedHashMap<>();
    Value root = Unpickler.read(in, globals.noting(mentioned));
    StorageSource storages = storages(in, Unpickler.read(in, globals), mentioned);
    return maker.make(
        Format.TORCH_LEGACY, new Contents(root, storages, StateFinder.find(root, storages, key)));
  }

  private static void requireLittleEndian(Value system) throws WeightFormatException {
    boolean little =
        system instanceof Value.Mapping mapping
            && mapping.get("little_endian").orElse(system) instanceof Value.Flag(boolean flag)
            && flag;
    if (!little) {
      throw new WeightFormatException("the checkpoint was not written little-endian");
    }
  }

  /// After the list of keys: for each its number of elements, and they.
  private static StorageSource storages(
      PickleInput in, Value keys, Map<String, Value.Storage> mentioned) throws IOException {
    if (!(keys instanceof Value.Sequence sequence)) {
      throw new WeightFormatException("the checkpoint's list of storages is damaged");
    }
    Map<String, Region> regions = new HashMap<>();
    for (Value key : sequence.items()) {
      Value.Storage storage = key instanceof Value.Text(String text) ? mentioned.get(text) : null;
      if (storage == null) {
        throw new WeightFormatException(
            "the checkpoint has a storage of a type that is not read, or that no tensor is in");
      }
      long elements = in.number(8);
      if (elements != storage.elements()) {
        throw new WeightFormatException(
            "storage '%s' has %d elements and should have %d"
                .formatted(storage.key(), elements, storage.elements()));
      }
      regions.put(storage.key(), bytes(in, storage));
    }
    return storage -> {
      Region bytes = regions.get(storage.key());
      if (bytes == null) {
        throw new WeightFormatException("storage '" + storage.key() + "' is missing");
      }
      return bytes;
    };
  }

  private static Region bytes(PickleInput in, Value.Storage storage) throws IOException {
    try {
      return in.skip(Math.multiplyExact(storage.elements(), (long) storage.type().bytes()));
    } catch (ArithmeticException e) {
      throw new WeightFormatException("storage '" + storage.key() + "' is beyond all bounds", e);
    }
  }
}
