package io.pairstream.process;

import io.pairstream.cli.source.EnvironmentDefaults;
import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A child process, over its restarts.
///
/// A crash (any exit code but 0, 2, 3 and 4, which the commands choose themselves) is answered by a
/// restart, as often as its [ChildSpec] allows.
public final class Child {
  /// With these a command ends on purpose; all others are crashes.
  private static final Set<Integer> CHOSEN_EXITS = Set.of(0, 2, 3, 4);

  /// A failing command's last line on standard error starts so.
  public static final String SENTENCE_PREFIX = "pairstream: ";

  private static final int TAIL_BYTES = 16 << 10;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final ChildSpec spec;
  private final JavaCommand command;
  private final Path logs;
  private final Consumer<String> tell;
  private final Thread watcher;

  // Guarded by this: written by start, stop and the watcher.
  private Process process;
  private boolean stopping;
  private int crashes;
  private @Nullable Integer exitCode;

  private Child(
      ChildSpec spec, JavaCommand command, Path logs, Consumer<String> tell, Process process) {
    this.spec = spec;
    this.command = command;
    this.logs = logs;
    this.tell = tell;
    this.process = process;
    this.watcher = Thread.ofPlatform().daemon().name("watch-" + spec.name()).unstarted(this::watch);
  }

  /// Starts a child.
  ///
  /// @param logs folder of NAME.log, which gets what the child writes
  /// @param tell told when the child crashes
  static Child start(ChildSpec spec, JavaCommand command, Path logs, Consumer<String> tell) {
    Child child = new Child(spec, command, logs, tell, launch(spec, command, logs, 0));
    child.watcher.start();
    return child;
  }

  private static Process launch(ChildSpec spec, JavaCommand command, Path logs, int attempt) {
    List<String> line =
        command.line(spec.name(), spec.program(), spec.arguments().apply(attempt), logs);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile(spec, logs).toFile()));
      // Its arguments say all: an option in our environment may be meant for our command alone.
      builder.environment().keySet().removeIf(EnvironmentDefaults::isOption);
      builder.environment().putAll(command.environment(spec.program()));
      return builder.start();
    } catch (IOException e) {
      throw ServiceException.environment(
          "process '" + spec.name() + "' cannot be started: " + e.getMessage(), e);
    }
  }

  private void watch() {
    while (true) {
      Process current = process();
      int code;
      try {
        code = current.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      if (!startAgain(code)) {
        return;
      }
    }
  }

  private synchronized boolean startAgain(int code) {
    if (!stopping && !CHOSEN_EXITS.contains(code)) {
      crashes++;
      if (crashes <= spec.restarts()) {
        tell.accept(
            "%s ended with exit code %d and is started again (%d of %d)."
                .formatted(spec.name(), code, crashes, spec.restarts()));
        pause();
        if (!stopping) {
          try {
            process = launch(spec, command, logs, crashes);
            return true;
          } catch (ServiceException e) {
            tell.accept(String.valueOf(e.getMessage()));
          }
        }
      }
    }
    exitCode = code;
    notifyAll();
    return false;
  }

  /// Waits longer after each crash, and no more when a stop arrives.
  private synchronized void pause() {
    long end = System.nanoTime() + PAUSE.multipliedBy(crashes).toNanos();
    try {
      for (long left = end - System.nanoTime();
          left > 0 && !stopping;
          left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  private synchronized Process process() {
    return process;
  }

  public ChildSpec spec() {
    return spec;
  }

  /// The process number of the present process.
  public synchronized long pid() {
    return process.pid();
  }

  /// How often it crashed so far.
  public synchronized int crashes() {
    return crashes;
  }

  /// The exit code, once it has ended for good.
  public synchronized Optional<Integer> exitCode() {
    return Optional.ofNullable(exitCode);
  }

  public Path logFile() {
    return logFile(spec, logs);
  }

  private static Path logFile(ChildSpec spec, Path logs) {
    return logs.resolve(spec.name() + ".log");
  }

  /// Asks the child to end (SIGTERM) and starts it no more.
  synchronized void requestStop() {
    stopping = true;
    notifyAll();
    process.destroy();
  }

  /// Waits for the end after [#requestStop] and kills what has not ended by then.
  void awaitStop(Duration grace) {
    Process current = process();
    try {
      if (!current.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        tell.accept(
            "%s did not end within %d s and is killed.".formatted(spec.name(), grace.toSeconds()));
        current.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      current.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /// What the child itself said about its failure: the last line of its log that is such a
  /// sentence.
  public Optional<String> sentence() {
    return tail()
        .lines()
        .filter(line -> line.startsWith(SENTENCE_PREFIX))
        .reduce((_, last) -> last)
        .map(line -> line.substring(SENTENCE_PREFIX.length()));
  }

  /// Whether the log has no room for what the child may have wanted to say.
  boolean logIsFull() {
    return logFile().toFile().getUsableSpace() < TAIL_BYTES;
  }

  private String tail() {
    try (RandomAccessFile file = new RandomAccessFile(logFile().toFile(), "r")) {
      long start = Math.max(0, file.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
