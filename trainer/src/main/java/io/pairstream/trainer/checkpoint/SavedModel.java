package io.pairstream.trainer.checkpoint;

import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.checkpoint.storage.CheckpointStorage;
import io.pairstream.trainer.checkpoint.storage.FolderStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;

/// A checkpoint as somebody finds it who does not train: only looked at, never written.
///
/// @param storage that it is in
/// @param name of the checkpoint itself, whatever mark led to it
/// @param manifest what it says of itself
public record SavedModel(CheckpointStorage storage, String name, Manifest manifest) {

  /// Finds a checkpoint.
  ///
  /// @param path of the checkpoint's folder, of a link to it such as `latest` or `best`, or of the
  ///   trainer's folder, of which the latest is taken
  /// @throws ServiceException (2) if there is none, (3) if it cannot be read
  public static SavedModel find(Path path) {
    if (!Files.exists(path)) {
      throw ServiceException.usage("there is no checkpoint " + path);
    }
    try {
      FolderStorage.Found found =
          FolderStorage.find(path, CheckpointStore.MANIFEST)
              .orElseThrow(() ->
                  ServiceException.usage(
                      path + " is no checkpoint: it has neither checkpoint.json nor latest"));
      return of(found.storage(), found.checkpoint());
    } catch (IOException e) {
      throw ServiceException.environment(
          "the checkpoint " + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /// Reads what a checkpoint says of itself.
  ///
  /// @throws ServiceException (3) if it cannot be read
  public static SavedModel of(CheckpointStorage storage, String name) {
    try {
      return new SavedModel(storage, name, CheckpointStore.readManifest(storage, name));
    } catch (IOException e) {
      throw CheckpointStore.unreadable(storage, name, e);
    }
  }

  /// Where it is, for people.
  public String place() {
    return storage.place(name);
  }

  /// Parameters and buffers, by reference name.
  ///
  /// @throws ServiceException (3) if they cannot be read
  public SortedMap<String, Tensor> weights() {
    try {
      return CheckpointStore.readTensors(storage, name, CheckpointStore.MODEL);
    } catch (IOException e) {
      throw CheckpointStore.unreadable(storage, name, e);
    }
  }
}
