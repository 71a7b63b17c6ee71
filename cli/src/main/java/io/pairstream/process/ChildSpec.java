package io.pairstream.process;

import java.util.List;
import java.util.function.IntFunction;

/// How one child process is started.
///
/// @param name for people and for the name of its log file
/// @param stage when it is stopped
/// @param program what it runs
/// @param arguments of the command line, by attempt: 0 for the first start, 1 for the first restart
/// @param restarts how often it is started again after a crash
public record ChildSpec(
    String name, Stage stage, Program program, IntFunction<List<String>> arguments, int restarts) {

  /// Where a child stands in the stream. Stopping goes from the last to the first, so that nobody
  /// loses what it still needs to end well.
  public enum Stage {
    BROKER,
    AUGMENTER,
    PRODUCER,
    TRAINER
  }

  public ChildSpec {
    if (restarts < 0) {
      throw new IllegalArgumentException("restarts " + restarts);
    }
  }

  /// A child that is always started with the same arguments.
  public ChildSpec(
      String name, Stage stage, Program program, List<String> arguments, int restarts) {
    this(name, stage, program, _ -> arguments, restarts);
  }
}
