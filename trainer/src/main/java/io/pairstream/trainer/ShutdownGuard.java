package io.pairstream.trainer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Makes the end of the process wait for the training thread: libtorch crashes when its JVM is torn
/// down during an operation. The thread `trainer-shutdown` asks it to stop and waits.
public final class ShutdownGuard implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  /// @param stop asks the training thread to end; must not block
  public ShutdownGuard(Runnable stop) {
    hook = Thread.ofPlatform().name("trainer-shutdown").unstarted(() -> await(stop));
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already: nothing should begin.
      stop.run();
    }
  }

  private void await(Runnable stop) {
    stop.run();
    try {
      done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook runs already, and has just been let go.
    }
  }
}
