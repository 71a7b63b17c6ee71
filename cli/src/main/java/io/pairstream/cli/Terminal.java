package io.pairstream.cli;

import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/// Where a command prints to.
public final class Terminal {
  private Terminal() {}

  /// Standard output, or what a test put in its place.
  ///
  /// @param spec injected by picocli before a command runs
  public static PrintWriter out(@Nullable CommandSpec spec) {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }

  /// Where text for people goes: to standard error where standard output is a program's.
  ///
  /// @param forProgram whether what stands on standard output is read by a program
  public static PrintWriter people(@Nullable CommandSpec spec, boolean forProgram) {
    return forProgram ? Objects.requireNonNull(spec).commandLine().getErr() : Terminal.out(spec);
  }
}
