package io.pairstream.trainer.checkpoint;

import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;

/// A checkpoint as somebody finds it who does not train: only looked at, never written.
///
/// @param folder of the checkpoint itself, whatever link led to it
/// @param manifest what it says of itself
public record SavedModel(Path folder, Manifest manifest) {

  /// Finds a checkpoint.
  ///
  /// @param path of the checkpoint's folder, of a link to it such as `latest` or `best`, or of the
  ///   trainer's folder, of which the latest is taken
  /// @throws ServiceException (2) if there is none, (3) if it cannot be read
  public static SavedModel find(Path path) {
    if (!Files.exists(path)) {
      throw ServiceException.usage("there is no checkpoint " + path);
    }
    Path found = path;
    if (!Files.exists(path.resolve(CheckpointStore.MANIFEST))) {
      found = path.resolve(CheckpointStore.LATEST);
      if (!Files.exists(found.resolve(CheckpointStore.MANIFEST))) {
        throw ServiceException.usage(
            path + " is no checkpoint: it has neither checkpoint.json nor latest");
      }
    }
    try {
      // A trainer that goes on may move the link meanwhile.
      Path folder = found.toRealPath();
      byte[] json = Files.readAllBytes(folder.resolve(CheckpointStore.MANIFEST));
      return new SavedModel(folder, Manifest.fromJson(json));
    } catch (IOException e) {
      throw unreadable(found, e);
    }
  }

  /// Parameters and buffers, by reference name.
  ///
  /// @throws ServiceException (3) if they cannot be read
  public SortedMap<String, Tensor> weights() {
    try {
      return CheckpointStore.readTensors(folder.resolve(CheckpointStore.MODEL));
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static ServiceException unreadable(Path folder, IOException e) {
    return ServiceException.environment(
        "the checkpoint " + folder + " cannot be read: " + e.getMessage(), e);
  }
}
