package io.pairstream.process;

import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// The children of this process. Whatever way this process ends, none of them outlives it: closing
/// stops them in order, so does a signal (through a shutdown hook), and after kill -9 each child
/// sees its standard input end and ends itself.
public final class Supervisor implements AutoCloseable {
  /// How long a stage may take to end well: a trainer may have a step to finish and a checkpoint to
  /// write.
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(100);

  private final JavaCommand command;
  private final Path logs;
  private final Consumer<String> tell;
  private final Thread hook = new Thread(this::end, "stop-children");

  // Written by the hook: this process is ending, and no other thread may do anything more.
  private volatile boolean ending;

  // Guarded by this: the caller adds, the caller or the shutdown hook stops.
  private final List<Child> children = new ArrayList<>();
  private boolean stopped;

  /// @param logs folder for the children's logs; made when absent
  /// @param tell told what a person should know: crashes, restarts, kills
  public Supervisor(JavaCommand command, Path logs, Consumer<String> tell) {
    this.command = command;
    this.logs = logs;
    this.tell = tell;
    try {
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw ServiceException.environment(
          "folder '" + logs + "' for log files cannot be made: " + e.getMessage(), e);
    }
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// The folder of the children's logs.
  public Path logs() {
    return logs;
  }

  /// Starts a child.
  public synchronized Child start(ChildSpec spec) {
    standStillIfEnding();
    if (stopped) {
      throw new IllegalStateException("this supervisor has stopped its children");
    }
    Child child = Child.start(spec, command, logs, tell);
    children.add(child);
    return child;
  }

  /// Throws what became of a child that has failed, in its own words and with its exit code.
  public void requireHealthy() {
    for (Child child : snapshot()) {
      int code = child.exitCode().orElse(0);
      standStillIfEnding();
      if (code != 0) {
        throw failure(child, code);
      }
    }
  }

  /// What happens to the children while this process ends is no news.
  private void standStillIfEnding() {
    while (ending) {
      LockSupport.park(this);
    }
  }

  /// What is done while children work.
  @FunctionalInterface
  public interface Meanwhile {
    void run() throws InterruptedException;
  }

  /// Waits until the given children have ended well.
  ///
  /// @param meanwhile called again and again
  /// @throws ServiceException when any child of this supervisor fails before
  /// @throws CrashedException when one crashes for good before
  public void await(List<Child> awaited, Meanwhile meanwhile) throws InterruptedException {
    while (awaited.stream().anyMatch(child -> child.exitCode().isEmpty())) {
      requireHealthy();
      meanwhile.run();
      Thread.sleep(POLL);
    }
    requireHealthy();
  }

  private RuntimeException failure(Child child, int code) {
    String sentence =
        child
            .sentence()
            .orElse(
                "%s ended with exit code %d; its log is %s%s"
                    .formatted(
                        child.spec().name(),
                        code,
                        child.logFile(),
                        child.logIsFull() ? ", on a disk without space" : ""));
    return switch (code) {
      case 2 -> ServiceException.usage(sentence);
      case 3 -> ServiceException.environment(sentence);
      case 4 -> ServiceException.badInput(sentence);
      default -> new CrashedException(child.spec().name(), code, child.logFile());
    };
  }

  /// Waits until the given children have ended, and stops those that do not end in time.
  public void awaitOrStop(List<Child> awaited, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline
        && awaited.stream().anyMatch(child -> child.exitCode().isEmpty())) {
      requireHealthy();
      Thread.sleep(POLL);
    }
    for (Child child : awaited) {
      child.requestStop();
    }
    for (Child child : awaited) {
      child.awaitStop(GRACE);
    }
  }

  private synchronized List<Child> snapshot() {
    return List.copyOf(children);
  }

  /// Stops the children, trainers first and the broker last.
  @Override
  public void close() {
    stopAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook is running: it does the same work, and the process ends after it.
    }
  }

  private void end() {
    ending = true;
    tell.accept("stopping");
    stopAll();
  }

  private synchronized void stopAll() {
    stopped = true;
    Map<ChildSpec.Stage, List<Child>> stages = new TreeMap<>(Comparator.reverseOrder());
    for (Child child : children) {
      stages.computeIfAbsent(child.spec().stage(), _ -> new ArrayList<>()).add(child);
    }
    for (List<Child> stage : stages.values()) {
      stage.forEach(Child::requestStop);
      stage.forEach(child -> child.awaitStop(GRACE));
    }
    children.clear();
  }
}
