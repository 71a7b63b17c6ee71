package io.pairstream.producer.dataset;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/// A dataset of which nothing but its place is said.
public final class PlainDataset {
  private PlainDataset() {}

  public static DatasetOptions at(Path path) {
    return new DatasetOptions(path, Optional.empty(), Optional.empty(), 1, OptionalDouble.empty());
  }
}
