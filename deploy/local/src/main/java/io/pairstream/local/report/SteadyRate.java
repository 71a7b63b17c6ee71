package io.pairstream.local.report;

/// The rate of a counter, smoothed and then held, so that its digits stand still while it hardly
/// changes.
final class SteadyRate {
  /// What is older than this hardly counts any more.
  private static final double MEMORY_SECONDS = 10;

  /// Another value is shown from this relative difference on.
  private static final double NOTICED = 0.05;

  private double count;
  private double seconds;
  private boolean counted;
  private double smoothed;
  private double weight;
  private double shown;

  /// Takes the counter.
  ///
  /// @param now its value; one that is smaller than before is that of a restarted process
  /// @param atSeconds since any fixed moment
  void update(double now, double atSeconds) {
    double passed = atSeconds - seconds;
    if (counted && now >= count && passed > 0) {
      // A mean over all that was seen at first, so that the first seconds do not count for more.
      double old = Math.exp(-passed / MEMORY_SECONDS);
      weight = old * weight + (1 - old);
      smoothed += (1 - old) / weight * ((now - count) / passed - smoothed);
      if (Math.abs(smoothed - shown) > NOTICED * shown) {
        shown = smoothed;
      }
    }
    counted = true;
    count = now;
    seconds = atSeconds;
  }

  /// What to show; 0 until it has counted.
  double perSecond() {
    return shown;
  }
}
