package io.pairstream.ops;

/// A service of a run, as whoever starts and stops it sees it.
public interface Service {
  /// Works until the run is complete or [#stop] was called.
  ///
  /// @return what was done
  /// @throws InterruptedException if its thread was interrupted; some services stop that way
  /// @throws ServiceException with the exit code
  Report run() throws InterruptedException;

  /// Ends [#run] soon; from any thread.
  void stop();

  /// Whether it does its work already.
  boolean ready();
}
