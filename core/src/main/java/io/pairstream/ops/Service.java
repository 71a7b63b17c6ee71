package io.pairstream.ops;

import java.util.Optional;

/// A service of a run, as whoever starts and stops it sees it.
public interface Service {
  /// Works until the run is complete or [#stop] was called.
  ///
  /// @return what was done
  /// @throws InterruptedException if its thread was interrupted; some services stop that way
  /// @throws ServiceException with the exit code
  ServiceReport run() throws InterruptedException;

  /// Ends [#run] soon; from any thread.
  void stop();

  /// Why it does not do its work, as the rest of a sentence that begins with "not ready: "; empty
  /// while it does.
  Optional<String> notReady();
}
