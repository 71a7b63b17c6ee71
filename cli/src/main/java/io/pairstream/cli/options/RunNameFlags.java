package io.pairstream.cli.options;

import io.pairstream.config.Topics;
import picocli.CommandLine.Option;

/// Which run a command belongs to.
@OptionGroup("Run")
public final class RunNameFlags {
  @Option(
      names = "--run",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Name of the run: a-z, 0-9 and '-' (default: ${DEFAULT-VALUE}).")
  private String run = "default";

  public Topics topics() {
    return topics(run);
  }

  /// The topics of a run whose name comes from elsewhere.
  public static Topics topics(String name) {
    return Usage.checked(() -> new Topics(name));
  }
}
