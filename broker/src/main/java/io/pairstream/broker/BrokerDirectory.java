package io.pairstream.broker;

import io.pairstream.ops.ServiceException;
import io.pairstream.process.BrokerAddress;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
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
              directory.resolve(BrokerAddress.LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (patientLock(channel).isEmpty()) {
        channel.close();
        throw ServiceException.environment(
            "another broker is running with the data in '" + directory + "'");
      }
      BrokerDirectory opened = new BrokerDirectory(directory, channel);
      opened.requireRoom();
      Files.deleteIfExists(directory.resolve(BrokerAddress.FILE));
      return opened;
    } catch (IOException e) {
      throw ServiceException.environment(
          "broker cannot keep its data in '" + directory + "': " + BrokerAddress.cause(e), e);
    }
  }

  /// The lock; who only asks whether a broker runs holds it for a moment.
  private static Optional<FileLock> patientLock(FileChannel channel) throws IOException {
    Optional<FileLock> lock = BrokerAddress.lock(channel);
    for (int attempt = 0; attempt < LOCK_ATTEMPTS && lock.isEmpty(); attempt++) {
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      lock = BrokerAddress.lock(channel);
    }
    return lock;
  }

  /// Kafka's folder.
  Path log() {
    return directory.resolve("log");
  }

  /// Tells where the broker listens; a reader never sees half an address.
  void publish(String address) throws IOException {
    Path unfinished = directory.resolve(BrokerAddress.FILE + ".tmp");
    Files.writeString(unfinished, address + "\n");
    Files.move(unfinished, directory.resolve(BrokerAddress.FILE), StandardCopyOption.ATOMIC_MOVE);
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

  /// Removes the address and lets go of the folder.
  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(directory.resolve(BrokerAddress.FILE));
    } finally {
      lockChannel.close();
    }
  }
}
