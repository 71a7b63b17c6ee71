package io.pairstream.local.broker;

import io.pairstream.ops.ServiceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// The folder in which a broker keeps its data, held by one process at a time.
///
/// `broker.lock` is locked while a broker runs, `broker.address` then holds its `host:port`, and
/// `log/` is Kafka's.
public final class BrokerDirectory implements Closeable {
  static final String ADDRESS_FILE = "broker.address";
  static final String LOCK_FILE = "broker.lock";

  /// Below this a broker would soon fail in the middle of a write.
  private static final long LEAST_ROOM = 64L << 20;

  private static final int LOCK_ATTEMPTS = 20;
  private static final int PROBE_BYTES = 64 << 10;

  private final Path directory;
  private final FileChannel lockChannel;

  private BrokerDirectory(Path directory, FileChannel lockChannel) {
    this.directory = directory;
    this.lockChannel = lockChannel;
  }

  /// Creates the folder when it is absent, and locks it.
  ///
  /// @throws ServiceException when it cannot be written to, is full, or a broker runs in it
  public static BrokerDirectory open(Path directory) {
    if (directory.toString().contains(",")) {
      throw ServiceException.usage(
          "folder '" + directory + "' has a comma in its name, which Kafka cannot use");
    }
    try {
      Files.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(
              directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (patientLock(channel).isEmpty()) {
        channel.close();
        throw ServiceException.environment(
            "another broker is running with the data in '" + directory + "'");
      }
      BrokerDirectory opened = new BrokerDirectory(directory, channel);
      opened.requireRoom();
      Files.deleteIfExists(directory.resolve(ADDRESS_FILE));
      return opened;
    } catch (IOException e) {
      throw ServiceException.environment(
          "broker cannot keep its data in '" + directory + "': " + cause(e), e);
    }
  }

  /// The address of the broker that runs in a folder, if one does.
  public static Optional<String> runningBroker(Path directory) {
    Path lockFile = directory.resolve(LOCK_FILE);
    if (!Files.exists(lockFile)) {
      return Optional.empty();
    }
    // Closing the channel lets go of the lock again.
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
      return lock(channel).isPresent() ? Optional.empty() : readAddress(directory);
    } catch (IOException e) {
      throw ServiceException.environment(
          "folder '" + directory + "' cannot be read: " + cause(e), e);
    }
  }

  /// The lock, unless this or another process holds it.
  private static Optional<FileLock> lock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  /// The lock; who only asks whether a broker runs holds it for a moment.
  private static Optional<FileLock> patientLock(FileChannel channel) throws IOException {
    Optional<FileLock> lock = lock(channel);
    for (int attempt = 0; attempt < LOCK_ATTEMPTS && lock.isEmpty(); attempt++) {
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      lock = lock(channel);
    }
    return lock;
  }

  /// Removes what a broker left that was killed.
  ///
  /// @throws ServiceException when a broker is running in the folder
  public static void forgetAddress(Path directory) {
    if (runningBroker(directory).isPresent()) {
      throw ServiceException.environment(
          "another broker is running with the data in '" + directory + "'");
    }
    try {
      Files.deleteIfExists(directory.resolve(ADDRESS_FILE));
    } catch (IOException e) {
      throw ServiceException.environment(
          "folder '" + directory + "' cannot be written to: " + cause(e), e);
    }
  }

  /// What `broker.address` says, if it is there.
  public static Optional<String> readAddress(Path directory) throws IOException {
    try {
      return Optional.of(Files.readString(directory.resolve(ADDRESS_FILE)).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// Kafka's folder.
  Path log() {
    return directory.resolve("log");
  }

  /// Tells where the broker listens; a reader never sees half an address.
  void publish(String address) throws IOException {
    Path unfinished = directory.resolve(ADDRESS_FILE + ".tmp");
    Files.writeString(unfinished, address + "\n");
    Files.move(unfinished, directory.resolve(ADDRESS_FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  /// Writes and removes a little file.
  ///
  /// @throws IOException that says why the folder cannot be written to
  void requireRoom() throws IOException {
    Path probe = directory.resolve("broker.probe");
    try {
      Files.write(probe, new byte[PROBE_BYTES]);
    } finally {
      Files.deleteIfExists(probe);
    }
    long room = Files.getFileStore(directory).getUsableSpace();
    if (room < LEAST_ROOM) {
      throw new FileSystemException(
          directory.toString(), null, "only " + (room >> 20) + " MiB are free on its disk");
    }
  }

  /// Why a file could not be written, without the path that the sentence names anyway.
  static String cause(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "it is not a folder";
    }
    if (e instanceof NoSuchFileException) {
      return "no such folder can be made";
    }
    if (e instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return String.valueOf(e.getMessage());
  }

  /// Removes the address and lets go of the folder.
  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(directory.resolve(ADDRESS_FILE));
    } finally {
      lockChannel.close();
    }
  }
}
