package io.pairstream.local.command;

import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/// Where a command prints to.
final class Terminal {
  private Terminal() {}

  /// Standard output, or what a test put in its place.
  ///
  /// @param spec injected by picocli before a command runs
  static PrintWriter out(@Nullable CommandSpec spec) {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }
}
