package io.pairstream.cli;

import io.pairstream.ops.ParentWatch;
import io.pairstream.process.JavaCommand;
import java.util.List;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// The command line `pairstream`.
///
/// Exit codes: 0 done, 2 usage, 3 environment, 4 too much bad input or an incomplete journal; 1
/// with a stack is a bug. A failure with a known cause is the last line on standard error.
public final class Main {
  /// Less than the 5 seconds within which no child outlives its launcher.
  private static final long PARENT_GRACE_MILLIS = 3_000;

  private Main() {}

  public static void main(String[] arguments) {
    if (Boolean.getBoolean(JavaCommand.PARENT_WATCH)) {
      obeyLauncher();
    }
    System.exit(Commands.line(System.getenv()).execute(arguments));
  }

  /// Ctrl-C and a closed terminal reach every process of the terminal: who has a launcher leaves
  /// them to it, so that services stop in order. The launcher's death is another matter.
  private static void obeyLauncher() {
    for (String signal : List.of("INT", "HUP")) {
      try {
        Signal.handle(new Signal(signal), SignalHandler.SIG_IGN);
      } catch (IllegalArgumentException e) {
        // This system has no such signal.
      }
    }
    ParentWatch.exitWithParent(System.in, PARENT_GRACE_MILLIS);
  }
}
