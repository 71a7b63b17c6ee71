package io.pairstream.trainer.checkpoint;

import io.pairstream.clip.DType;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.checkpoint.storage.CheckpointStorage;
import io.pairstream.trainer.checkpoint.storage.CheckpointStorage.Content;
import io.pairstream.trainer.checkpoint.storage.CheckpointStorage.Mark;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.SafeTensors;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// The checkpoints of one trainer: what is in one, which is the latest and which the best, and how
/// many are kept: the last [#KEPT] and the best. Where they are is the storage's matter.
///
/// Each is of three files: `model.safetensors`, `optimizer.safetensors`, `checkpoint.json`.
public final class CheckpointStore {
  static final String MODEL = "model.safetensors";
  static final String OPTIMIZER = "optimizer.safetensors";
  static final String MANIFEST = "checkpoint.json";
  private static final String PREFIX = "batch-";
  private static final int KEPT = 3;

  private final CheckpointStorage storage;

  /// Makes the storage ready to be written.
  ///
  /// @throws ServiceException (3) with one sentence if it cannot be written
  public CheckpointStore(CheckpointStorage storage) {
    this.storage = storage;
    try {
      storage.prepare();
    } catch (IOException e) {
      throw environment(e);
    }
  }

  /// Makes a checkpoint durable, and the latest one.
  ///
  /// @param best whether it is the best so far
  /// @return its name in the storage
  /// @throws ServiceException (3) with one sentence if it cannot be written, (4) if a weight is no
  ///   number; the checkpoints before stay as they are
  public String save(Checkpoint checkpoint, boolean best) {
    requireFinite(checkpoint.model());
    byte[] manifest = checkpoint.manifest().toJson();
    String name =
        String.format(Locale.ROOT, "%s%010d", PREFIX, checkpoint.manifest().progress().next());
    SequencedMap<String, Content> files = new LinkedHashMap<>();
    files.put(MODEL, new SafeTensors(checkpoint.model(), new TreeMap<>())::write);
    files.put(OPTIMIZER, new SafeTensors(checkpoint.optimizer(), new TreeMap<>())::write);
    files.put(MANIFEST, out -> out.write(manifest));
    try {
      storage.write(name, files);
      if (best) {
        storage.mark(Mark.BEST, name);
      }
      storage.mark(Mark.LATEST, name);
      prune();
      return name;
    } catch (IOException e) {
      throw environment(e);
    }
  }

  /// Reads the latest checkpoint, if there is one.
  ///
  /// @throws ServiceException (3) naming the file that cannot be read or is damaged
  public Optional<Checkpoint> latest() {
    Optional<String> found;
    try {
      found = storage.marked(Mark.LATEST);
    } catch (IOException e) {
      throw environment(e);
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    String name = found.get();
    try {
      return Optional.of(
          new Checkpoint(
              readTensors(storage, name, MODEL),
              readTensors(storage, name, OPTIMIZER),
              readManifest(storage, name)));
    } catch (IOException e) {
      throw unreadable(storage, name, e);
    }
  }

  /// Reads a file of tensors.
  ///
  /// @throws IOException naming the file if it cannot be read or is damaged
  static SortedMap<String, Tensor> readTensors(
      CheckpointStorage storage, String checkpoint, String file) throws IOException {
    return storage.read(
        checkpoint,
        file,
        (in, size) -> {
          try {
            return SafeTensors.read(in, size).tensors();
          } catch (MalformedRecordException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
          }
        });
  }

  static Manifest readManifest(CheckpointStorage storage, String checkpoint) throws IOException {
    byte[] json = storage.read(checkpoint, MANIFEST, (in, _) -> in.readAllBytes());
    return Manifest.fromJson(json);
  }

  static ServiceException unreadable(CheckpointStorage storage, String name, IOException e) {
    return ServiceException.environment(
        "the checkpoint " + storage.place(name) + " cannot be read: " + e.getMessage(), e);
  }

  private static void requireFinite(SortedMap<String, Tensor> model) {
    for (Map.Entry<String, Tensor> entry : model.entrySet()) {
      Tensor tensor = entry.getValue();
      if (tensor.dtype() != DType.F32) {
        continue;
      }
      for (long i = 0; i < tensor.shape().elements(); i++) {
        if (!Float.isFinite(tensor.floatAt(i))) {
          throw ServiceException.badInput(
              "weight '"
                  + entry.getKey()
                  + "' became "
                  + tensor.floatAt(i)
                  + ": training stops here, the last checkpoint stays");
        }
      }
    }
  }

  private void prune() throws IOException {
    List<String> all = storage.list().stream().filter(name -> name.startsWith(PREFIX)).toList();
    List<String> needed =
        List.of(storage.marked(Mark.LATEST).orElse(""), storage.marked(Mark.BEST).orElse(""));
    for (String old : all.subList(0, Math.max(0, all.size() - KEPT))) {
      if (!needed.contains(old)) {
        storage.delete(old);
      }
    }
  }

  private static ServiceException environment(IOException e) {
    return ServiceException.environment(String.valueOf(e.getMessage()), e);
  }
}
