package io.pairstream.trainer.checkpoint;

import io.pairstream.clip.DType;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.SafeTensors;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The checkpoints of one trainer in a folder, each a folder of its own: `model.safetensors`,
/// `optimizer.safetensors`, `checkpoint.json`. The links `latest` and `best` point to two of them.
///
/// A checkpoint is written under another name, forced to the disk and then renamed, so that what
/// has its name is whole; the last [#KEPT] are kept, and the best.
public final class CheckpointStore {
  static final String MODEL = "model.safetensors";
  static final String OPTIMIZER = "optimizer.safetensors";
  static final String MANIFEST = "checkpoint.json";
  static final String LATEST = "latest";
  private static final String BEST = "best";
  private static final String PREFIX = "batch-";
  private static final String UNFINISHED = ".unfinished-";
  private static final int KEPT = 3;

  private final Path folder;

  /// Opens the folder, made if it is not there, and removes what a killed process left unfinished.
  ///
  /// @throws ServiceException (3) with one sentence if it cannot be written
  public CheckpointStore(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
      for (Path leftover : list(UNFINISHED)) {
        delete(leftover);
      }
      Path probe = folder.resolve(UNFINISHED + "probe");
      Files.writeString(probe, "");
      Files.delete(probe);
    } catch (IOException | UncheckedIOException e) {
      throw cannotWrite(e);
    }
  }

  /// Makes a checkpoint durable, and the latest one.
  ///
  /// @param best whether it is the best so far
  /// @throws ServiceException (3) with one sentence if it cannot be written, (4) if a weight is no
  ///   number; the checkpoints before stay as they are
  public Path save(Checkpoint checkpoint, boolean best) {
    requireFinite(checkpoint.model());
    String name =
        String.format(Locale.ROOT, "%s%010d", PREFIX, checkpoint.manifest().progress().next());
    Path target = folder.resolve(name);
    Path unfinished = folder.resolve(UNFINISHED + name);
    try {
      Files.createDirectory(unfinished);
      write(unfinished.resolve(MODEL), checkpoint.model());
      write(unfinished.resolve(OPTIMIZER), checkpoint.optimizer());
      force(unfinished.resolve(MANIFEST), out -> out.write(checkpoint.manifest().toJson()));
      forceFolder(unfinished);
      // A process that died between here and the link left a folder that nothing points to.
      if (Files.exists(target)) {
        delete(target);
      }
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      forceFolder(folder);
      if (best) {
        point(BEST, name);
      }
      point(LATEST, name);
      prune();
      return target;
    } catch (IOException | UncheckedIOException | UnsupportedOperationException e) {
      try {
        delete(unfinished);
      } catch (IOException | UncheckedIOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw cannotWrite(e);
    }
  }

  /// Reads the latest checkpoint, if there is one.
  ///
  /// @throws ServiceException (3) naming the file that cannot be read or is damaged
  public Optional<Checkpoint> latest() {
    Optional<Path> found = target(LATEST);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Path path = found.get();
    try {
      return Optional.of(
          new Checkpoint(
              readTensors(path.resolve(MODEL)),
              readTensors(path.resolve(OPTIMIZER)),
              Manifest.fromJson(Files.readAllBytes(path.resolve(MANIFEST)))));
    } catch (IOException | UncheckedIOException e) {
      throw ServiceException.environment(
          "the checkpoint " + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /// Reads a file of tensors.
  ///
  /// @throws IOException naming the file if it cannot be read or is damaged
  public static SortedMap<String, Tensor> readTensors(Path file) throws IOException {
    // Copied to the heap: a mapped file that is cut short later would end the process.
    try (FileChannel channel = FileChannel.open(file);
        Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      SortedMap<String, Tensor> copies = new TreeMap<>();
      SafeTensors.decode(mapped)
          .tensors()
          .forEach((name, tensor) -> {
            Tensor copy = Tensor.zeros(tensor.dtype(), tensor.shape());
            copy.data().copyFrom(tensor.data());
            copies.put(name, copy);
          });
      return copies;
    } catch (MalformedRecordException e) {
      throw new IOException(file.getFileName() + " is damaged: " + e.getMessage(), e);
    }
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

  private interface Writer {
    void writeTo(OutputStream out) throws IOException;
  }

  private static void write(Path file, SortedMap<String, Tensor> tensors) throws IOException {
    force(file, new SafeTensors(tensors, new TreeMap<>())::write);
  }

  private static void force(Path file, Writer writer) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writer.writeTo(Channels.newOutputStream(channel));
      channel.force(true);
    }
  }

  /// A renaming is durable once its folder is.
  private static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    } catch (FileSystemException e) {
      if (!System.getProperty("os.name").startsWith("Windows")) {
        throw e;
      }
      // Windows opens no folders, and needs none to be forced.
    }
  }

  private void point(String link, String name) throws IOException {
    Path unfinished = folder.resolve(UNFINISHED + link);
    Files.deleteIfExists(unfinished);
    Files.createSymbolicLink(unfinished, Path.of(name));
    Files.move(
        unfinished,
        folder.resolve(link),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    forceFolder(folder);
  }

  /// The folder that a link points to.
  private Optional<Path> target(String link) {
    Path path = folder.resolve(link);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(path.toRealPath());
    } catch (IOException e) {
      throw ServiceException.environment(
          "the link " + path + " points to no checkpoint: " + e.getMessage(), e);
    }
  }

  private void prune() throws IOException {
    List<Path> all = list(PREFIX);
    Set<Path> needed = new HashSet<>();
    target(LATEST).ifPresent(needed::add);
    target(BEST).ifPresent(needed::add);
    for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
      if (!needed.contains(old.toRealPath())) {
        delete(old);
      }
    }
  }

  /// What is in the folder under such names, in order.
  private List<Path> list(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private ServiceException cannotWrite(Exception e) {
    String cause =
        e instanceof FileSystemException file && file.getReason() != null
            ? file.getReason()
            : e.getClass().getSimpleName() + " " + e.getMessage();
    return ServiceException.environment(
        "the checkpoint folder " + folder + " cannot be written: " + cause, e);
  }
}
