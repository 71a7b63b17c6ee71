package io.pairstream.ops;

import java.io.IOException;
import java.io.InputStream;

/// Ends this process when the one that started it is gone, however it ended: the launcher keeps the
/// write end of the child's standard input open and never writes, so the input ends with it.
public final class ParentWatch {
  private ParentWatch() {}

  /// Watches from now on, on a thread of its own.
  ///
  /// @param input standard input
  /// @param ended what to do; runs on the thread `parent-watch`
  public static void start(InputStream input, Runnable ended) {
    Thread.ofPlatform()
        .name("parent-watch")
        .daemon()
        .start(() -> {
          try {
            while (input.read() >= 0) {
              continue;
            }
          } catch (IOException e) {
            // A broken pipe says the same as its end.
          }
          ended.run();
        });
  }

  /// Ends the process with code 3, at the latest `graceMillis` after the parent: first as on
  /// SIGTERM, then without asking.
  public static void exitWithParent(InputStream input, long graceMillis) {
    start(
        input,
        () -> {
          Thread.ofPlatform()
              .name("parent-watch-halt")
              .daemon()
              .start(() -> {
                try {
                  Thread.sleep(graceMillis);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                Runtime.getRuntime().halt(ExitCode.ENVIRONMENT.code());
              });
          System.exit(ExitCode.ENVIRONMENT.code());
        });
  }
}
