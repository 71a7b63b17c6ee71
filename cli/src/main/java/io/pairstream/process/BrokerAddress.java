package io.pairstream.process;

import io.pairstream.ops.ServiceException;
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
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Where the broker of a folder listens: `broker.lock` is locked while one runs, `broker.address`
/// then holds its `host:port`.
public final class BrokerAddress {
  /// The file with the address.
  public static final String FILE = "broker.address";

  /// The file that is locked.
  public static final String LOCK = "broker.lock";

  private BrokerAddress() {}

  /// The address of the broker that runs in a folder, if one does.
  public static Optional<String> runningBroker(Path directory) {
    Path lockFile = directory.resolve(LOCK);
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
  public static Optional<FileLock> lock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
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
      Files.deleteIfExists(directory.resolve(FILE));
    } catch (IOException e) {
      throw ServiceException.environment(
          "folder '" + directory + "' cannot be written to: " + cause(e), e);
    }
  }

  /// What `broker.address` says, if it is there.
  public static Optional<String> readAddress(Path directory) throws IOException {
    try {
      return Optional.of(Files.readString(directory.resolve(FILE)).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// Why a file could not be written, without the path that the sentence names anyway.
  public static String cause(IOException e) {
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
}
