package io.pairstream.trainer;

import io.pairstream.clip.Tensor;
import io.pairstream.wire.SafeTensors;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/// Files of weights for tests.
final class CheckpointFiles {
  private CheckpointFiles() {}

  static Path write(Path file, SortedMap<String, Tensor> tensors) {
    try (OutputStream out = Files.newOutputStream(file)) {
      new SafeTensors(tensors, new TreeMap<>()).write(out);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
