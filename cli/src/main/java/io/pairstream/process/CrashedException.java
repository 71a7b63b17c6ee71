package io.pairstream.process;

import java.nio.file.Path;

/// A child process crashed more often than it may: a bug, or the system killed it.
public final class CrashedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CrashedException(String name, int exitCode, Path log) {
    super(
        "%s crashed with exit code %d%s; its log is %s"
            .formatted(name, exitCode, signal(exitCode), log));
  }

  /// Exit codes above 128 are signals.
  private static String signal(int exitCode) {
    return switch (exitCode) {
      case 134 -> " (abort)";
      case 137 -> " (killed; perhaps the system is out of memory)";
      case 139 -> " (segmentation fault)";
      default -> "";
    };
  }
}
