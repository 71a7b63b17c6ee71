package io.pairstream.trainer.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// An open file of weights. Its tensors are read when they are asked for; close it after that.
public final class WeightFile implements Closeable {
  /// The kinds of file.
  public enum Format {
    TORCH_ZIP("a PyTorch checkpoint"),
    TORCH_LEGACY("a PyTorch checkpoint of the format before 1.6"),
    TORCH_SCRIPT("a TorchScript archive"),
    NUMPY_PICKLE("a pickle of NumPy arrays"),
    SAFETENSORS("a safetensors file");

    private final String text;

    Format(String text) {
      this.text = text;
    }

    /// `a PyTorch checkpoint`
    public String text() {
      return text;
    }
  }

  private static final int HEAD = 64;

  private final RandomBytes bytes;
  private final Format format;
  private final Contents contents;

  private WeightFile(RandomBytes bytes, Format format, Contents contents) {
    this.bytes = bytes;
    this.format = format;
    this.contents = contents;
  }

  /// What a reader of one format found.
  ///
  /// @param root the unpickled object, if there is one
  /// @param storages where its tensors lie
  /// @param state the weights among them
  record Contents(@Nullable Value root, StorageSource storages, StateTensors state) {}

  /// Opens a file and reads everything but the tensors.
  ///
  /// @throws NoSuchFileException if there is no such file
  /// @throws WeightFormatException with one sentence that names the file, if it is no weights
  /// @throws IOException if it cannot be read
  public static WeightFile open(Path file) throws IOException {
    return open(file, Optional.empty());
  }

  /// The same, with the weights under a chosen key.
  ///
  /// @param key where in the file they are, such as `ema` or `a.b`; `.` is the top; empty: where
  ///   they are mostly kept
  public static WeightFile open(Path file, Optional<String> key) throws IOException {
    if (Files.isDirectory(file)) {
      throw new WeightFormatException(file + " is a folder");
    }
    RandomBytes bytes = RandomBytes.open(file);
    try {
      return read(bytes, key);
    } catch (WeightFormatException e) {
      bytes.close();
      throw new WeightFormatException(file + ": " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  /// The same for bytes from anywhere; they are closed with the result.
  static WeightFile read(RandomBytes bytes, Optional<String> key) throws IOException {
    Region whole = bytes.whole();
    byte[] head = whole.slice(0, Math.min(HEAD, whole.length())).toArray();
    if (head.length == 0) {
      throw new WeightFormatException("the file is empty");
    }
    if (ZipDirectory.looksLikeOne(head)) {
      return TorchZip.read(
          whole, key, (format, contents) -> new WeightFile(bytes, format, contents));
    }
    if (SafeTensorsFile.looksLikeOne(head, whole.length())) {
      requireNoKey(key, Format.SAFETENSORS);
      return new WeightFile(bytes, Format.SAFETENSORS, SafeTensorsFile.read(whole));
    }
    if (PickleFile.looksLikeOne(head)) {
      return PickleFile.read(
          whole, key, (format, contents) -> new WeightFile(bytes, format, contents));
    }
    throw new WeightFormatException(
        "this is no file of weights: it begins with neither a PyTorch checkpoint, a pickle nor a"
            + " safetensors header");
  }

  /// Refuses a choice where there is none.
  static void requireNoKey(Optional<String> key, Format format) throws WeightFormatException {
    if (key.isPresent()) {
      throw new WeightFormatException(
          "--weights-key %s: %s has no keys, its tensors are at the top"
              .formatted(key.get(), format.text()));
    }
  }

  /// Makes the result of a reader that knows the format only after a look inside.
  interface Maker {
    WeightFile make(Format format, Contents contents) throws IOException;
  }

  public Format format() {
    return format;
  }

  /// The weights by name, in the file's order. A prefix that all names have (`module.`) is left
  /// out.
  public SequencedMap<String, StoredTensor> tensors() {
    return Collections.unmodifiableSequencedMap(contents.state().tensors());
  }

  /// Where in the file the weights are, such as `state_dict`; empty: at the top.
  public String place() {
    return contents.state().place();
  }

  /// What was left out in front of every name; mostly empty.
  public String prefix() {
    return contents.state().prefix();
  }

  /// What is in the file beside the weights: entries of the top level, in few words.
  public SequencedMap<String, String> others() {
    return Collections.unmodifiableSequencedMap(contents.state().others());
  }

  /// The unpickled object, for tests; null of a safetensors file.
  @Nullable Value content() {
    return contents.root();
  }

  /// A tensor of [#content()] that is not among the weights, such as an optimizer's.
  StoredTensor tensor(Value.TensorView view) throws IOException {
    return StateCollector.tensor(view, contents.storages());
  }

  /// The size of all weights when they are read, in bytes.
  public long denseBytes() {
    return tensors().values().stream().mapToLong(StoredTensor::denseBytes).sum();
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  /// The weights, and what is beside them.
  ///
  /// @param place where they are in the file
  /// @param prefix what was left out in front of every name
  /// @param tensors by name
  /// @param others in few words, by name
  record StateTensors(
      String place,
      String prefix,
      SequencedMap<String, StoredTensor> tensors,
      SequencedMap<String, String> others) {
    /// Leaves out what wrappers put in front of every name.
    StateTensors withoutWrappers() {
      String front = Front.ofAll(tensors.keySet());
      SequencedMap<String, StoredTensor> shorter = new LinkedHashMap<>();
      tensors.forEach((name, tensor) -> shorter.put(name.substring(front.length()), tensor));
      return new StateTensors(place, prefix + front, shorter, others);
    }
  }
}
