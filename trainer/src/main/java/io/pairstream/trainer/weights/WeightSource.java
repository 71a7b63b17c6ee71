package io.pairstream.trainer.weights;

import io.pairstream.config.OptionException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file of weights, and which ones in it.
///
/// @param file of any kind that [WeightFile] reads
/// @param key where in the file they are, such as `ema` or `a.b`; `.` is the top; empty: where they
///   are mostly kept
public record WeightSource(Path file, Optional<String> key) {
  /// The option that gives the key.
  public static final String KEY_OPTION = "--weights-key";

  public WeightSource {
    if (key.filter(String::isBlank).isPresent()) {
      throw new OptionException(KEY_OPTION, "'" + key.get() + "' is no key");
    }
  }

  /// The weights where they are mostly kept.
  public WeightSource(Path file) {
    this(file, Optional.empty());
  }

  /// Of options; a key alone is refused.
  ///
  /// @param option the one that gives the file
  public static Optional<WeightSource> of(
      String option, @Nullable Path file, @Nullable String key) {
    if (key != null && file == null) {
      throw new OptionException(KEY_OPTION, key + " needs " + option);
    }
    return Optional.ofNullable(file).map(path -> new WeightSource(path, Optional.ofNullable(key)));
  }

  /// Opens the file and reads everything but the tensors.
  ///
  /// @throws NoSuchFileException if there is no such file
  /// @throws WeightFormatException with one sentence that names the file, if it is no weights
  /// @throws IOException if it cannot be read
  public WeightFile open() throws IOException {
    return WeightFile.open(file, key);
  }

  @Override
  public String toString() {
    return key.map(chosen -> file + " (" + chosen + ")").orElse(file.toString());
  }
}
