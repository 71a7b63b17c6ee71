package io.pairstream.trainer.weights;

import java.io.IOException;

/// Finds the bytes of a storage in the file that its pickle came from.
interface StorageSource {
  /// @return at least as many bytes as the storage has
  Region bytes(Value.Storage storage) throws IOException;

  /// For pickles that have no storages.
  static StorageSource none() {
    return _ -> {
      throw new WeightFormatException("a tensor is in no storage of the file");
    };
  }
}
