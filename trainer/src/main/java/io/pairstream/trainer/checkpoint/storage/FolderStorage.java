package io.pairstream.trainer.checkpoint.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Checkpoints in a folder, each a folder of its own; the marks are symbolic links beside them.
///
/// A checkpoint is written under another name, forced to the disk and then renamed, so that what
/// has its name is whole.
///
/// @param folder made by [#prepare()] if it is not there
public record FolderStorage(Path folder) implements CheckpointStorage {
  private static final String UNFINISHED = ".unfinished-";

  /// A checkpoint that somebody named by a path.
  ///
  /// @param storage that it is in
  /// @param checkpoint its name there
  public record Found(FolderStorage storage, String checkpoint) {}

  /// Finds a checkpoint and only looks.
  ///
  /// @param path of the checkpoint's folder, of a link to it such as `latest` or `best`, or of the
  ///   folder of a storage, of which the latest is taken
  /// @param proof the file that every checkpoint has
  /// @return empty if the path leads to none
  /// @throws IOException if it cannot be read
  public static Optional<Found> find(Path path, String proof) throws IOException {
    for (Path candidate : List.of(path, path.resolve(Mark.LATEST.text()))) {
      if (Files.exists(candidate.resolve(proof))) {
        // A trainer that goes on may move the link meanwhile.
        Path real = candidate.toRealPath();
        Path parent = real.getParent();
        Path name = real.getFileName();
        if (parent != null && name != null) {
          return Optional.of(new Found(new FolderStorage(parent), name.toString()));
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public void prepare() throws IOException {
    try {
      Files.createDirectories(folder);
      for (Path leftover : children(name -> name.startsWith(UNFINISHED))) {
        deleteTree(leftover);
      }
      Path probe = folder.resolve(UNFINISHED + "probe");
      Files.writeString(probe, "");
      Files.delete(probe);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  @Override
  public List<String> list() throws IOException {
    return children(name -> !name.startsWith(".")).stream()
        .filter(child -> Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS))
        .map(child -> child.getFileName().toString())
        .toList();
  }

  @Override
  public void write(String checkpoint, SequencedMap<String, Content> files) throws IOException {
    CheckpointStorage.requireName(checkpoint);
    files.keySet().forEach(CheckpointStorage::requireName);
    if (files.isEmpty()) {
      throw new IllegalArgumentException("checkpoint " + checkpoint + " has no files");
    }
    Path target = folder.resolve(checkpoint);
    Path unfinished = folder.resolve(UNFINISHED + checkpoint);
    try {
      Files.createDirectory(unfinished);
      for (Map.Entry<String, Content> file : files.entrySet()) {
        force(unfinished.resolve(file.getKey()), file.getValue());
      }
      forceFolder(unfinished);
      // A process that died before it set a mark left a folder that nothing points to.
      deleteTree(target);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      forceFolder(folder);
    } catch (IOException e) {
      discard(unfinished, e);
      throw cannotWrite(e);
    } catch (RuntimeException e) {
      discard(unfinished, e);
      throw e;
    }
  }

  @Override
  public <T> T read(String checkpoint, String file, Reader<T> reader) throws IOException {
    // Read and not mapped: a mapped file that is cut short meanwhile would end the process.
    try (FileChannel channel = FileChannel.open(folder.resolve(checkpoint).resolve(file))) {
      return reader.read(Channels.newInputStream(channel), channel.size());
    }
  }

  @Override
  public void mark(Mark mark, String checkpoint) throws IOException {
    CheckpointStorage.requireName(checkpoint);
    Path link = folder.resolve(mark.text());
    Path unfinished = folder.resolve(UNFINISHED + mark.text());
    try {
      if (!Files.isDirectory(folder.resolve(checkpoint))) {
        throw new FileSystemException(link.toString(), null, "there is no " + checkpoint);
      }
      Files.deleteIfExists(unfinished);
      Files.createSymbolicLink(unfinished, Path.of(checkpoint));
      Files.move(
          unfinished, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceFolder(folder);
    } catch (UnsupportedOperationException e) {
      throw cannotWrite(new IOException("it takes no symbolic links", e));
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  @Override
  public Optional<String> marked(Mark mark) throws IOException {
    Path link = folder.resolve(mark.text());
    if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      Path real = link.toRealPath();
      // Whoever copied the folder may have a checkpoint in the place of the link.
      boolean beside = folder.toRealPath().equals(real.getParent());
      return Optional.of(beside ? real.getFileName().toString() : mark.text());
    } catch (IOException e) {
      throw new IOException("the link " + link + " points to no checkpoint: " + e.getMessage(), e);
    }
  }

  @Override
  public void delete(String checkpoint) throws IOException {
    CheckpointStorage.requireName(checkpoint);
    try {
      deleteTree(folder.resolve(checkpoint));
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  @Override
  public String place(String checkpoint) {
    Path path = folder.resolve(checkpoint);
    try {
      return path.toRealPath().toString();
    } catch (IOException e) {
      return path.toString();
    }
  }

  private static void force(Path file, Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      content.writeTo(Channels.newOutputStream(channel));
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

  /// What is in the folder under such names, sorted.
  private List<Path> children(Predicate<String> names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> names.test(file.getFileName().toString())).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void discard(Path unfinished, Exception cause) {
    try {
      deleteTree(unfinished);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private IOException cannotWrite(IOException e) {
    String cause =
        e instanceof FileSystemException file && file.getReason() != null
            ? file.getReason()
            : e.getClass().getSimpleName() + " " + e.getMessage();
    return new IOException("the checkpoint folder " + folder + " cannot be written: " + cause, e);
  }
}
