package io.pairstream.local.evaluate;

import io.pairstream.ops.ServiceException;
import io.pairstream.process.Child;
import io.pairstream.process.ChildSpec;
import io.pairstream.process.CrashedException;
import io.pairstream.process.JavaCommand;
import io.pairstream.process.Program;
import io.pairstream.process.Supervisor;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.ViewMessage;
import io.pairstream.wire.ViewStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The child process that decodes, and the socket through which it hands over what it decoded: it
/// can be ahead by little more than the socket holds. Belongs to one thread.
final class ViewsProcess implements AutoCloseable {
  private static final String NAME = "views";
  private static final String SOCKET = "s";
  private static final long POLL_MILLIS = 20;

  /// How long a process that closed its end may take to say why.
  private static final long LAST_WORDS_MILLIS = 10_000;

  private final Path folder;
  private final ServerSocketChannel server;
  private final Supervisor supervisor;
  private final Child child;
  private @Nullable SocketChannel channel;

  private ViewsProcess(
      Path folder, ServerSocketChannel server, Supervisor supervisor, Child child) {
    this.folder = folder;
    this.server = server;
    this.supervisor = supervisor;
    this.child = child;
  }

  /// Starts it.
  ///
  /// @param options of `produce-views`, but for the socket
  /// @param logs folder for what it says
  static ViewsProcess start(List<String> options, Path logs, Consumer<String> tell) {
    try {
      // Nobody else may connect: temporary folders belong to their user alone.
      Path folder = Files.createTempDirectory("pairstream");
      Path socket = folder.resolve(SOCKET);
      // For an end by a signal, at which nothing is closed; the last one named goes first.
      folder.toFile().deleteOnExit();
      socket.toFile().deleteOnExit();
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
      server.configureBlocking(false);
      List<String> words = new ArrayList<>(List.of("produce-views", "--socket=" + socket));
      words.addAll(options);
      Supervisor supervisor = new Supervisor(JavaCommand.pairstream(), logs, tell);
      Child child =
          supervisor.start(new ChildSpec(NAME, ChildSpec.Stage.PRODUCER, Program.VIEWS, words, 0));
      return new ViewsProcess(folder, server, supervisor, child);
    } catch (IOException e) {
      throw ServiceException.environment(
          "no socket can be made in the temporary folder: " + e.getMessage(), e);
    }
  }

  /// Waits until the process has connected.
  ///
  /// @throws ServiceException if it ends instead, with its own sentence
  ViewStream.Reader connected() throws InterruptedException {
    try {
      SocketChannel accepted = server.accept();
      while (accepted == null) {
        requireHealthy();
        Thread.sleep(POLL_MILLIS);
        accepted = server.accept();
      }
      channel = accepted;
      return new ViewStream.Reader(Channels.newInputStream(accepted));
    } catch (IOException e) {
      throw ServiceException.environment("the socket does not work: " + e.getMessage(), e);
    }
  }

  /// Waits for the next message.
  ///
  /// @throws ServiceException if the process ends instead, with its own sentence
  ViewMessage next(ViewStream.Reader reader) throws InterruptedException {
    try {
      return reader.read();
    } catch (MalformedRecordException e) {
      throw new IllegalStateException("the producer of the views speaks another language", e);
    } catch (IOException e) {
      for (long waited = 0; waited < LAST_WORDS_MILLIS; waited += POLL_MILLIS) {
        requireHealthy();
        Thread.sleep(POLL_MILLIS);
      }
      throw ServiceException.environment(
          "the producer of the views is gone; its log is " + child.logFile(), e);
    }
  }

  private void requireHealthy() {
    try {
      supervisor.requireHealthy();
    } catch (CrashedException e) {
      throw ServiceException.environment("the producer of the views: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try (server) {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing is read any more.
    }
    supervisor.close();
    try {
      Files.deleteIfExists(folder.resolve(SOCKET));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // What is left is an empty socket in the temporary folder.
    }
  }
}
