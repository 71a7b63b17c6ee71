package io.pairstream.local.process;

import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// How one child process is started.
///
/// @param name for people and for the name of its log file
/// @param stage when it is stopped
/// @param jvmFlags of its Java machine
/// @param environment beside this process's own
/// @param arguments of the command line, by attempt: 0 for the first start, 1 for the first restart
/// @param restarts how often it is started again after a crash
public record ChildSpec(
    String name,
    Stage stage,
    List<String> jvmFlags,
    Map<String, String> environment,
    IntFunction<List<String>> arguments,
    int restarts) {

  /// Where a child stands in the stream. Stopping goes from the last to the first, so that nobody
  /// loses what it still needs to end well.
  public enum Stage {
    BROKER,
    AUGMENTER,
    PRODUCER,
    TRAINER
  }

  public ChildSpec {
    jvmFlags = List.copyOf(jvmFlags);
    environment = Map.copyOf(environment);
    if (restarts < 0) {
      throw new IllegalArgumentException("restarts " + restarts);
    }
  }

  /// A child that is always started with the same arguments.
  public ChildSpec(
      String name, Stage stage, List<String> jvmFlags, List<String> arguments, int restarts) {
    this(name, stage, jvmFlags, Map.of(), _ -> arguments, restarts);
  }
}
