package io.pairstream.local.report;

/// The rate of a counter, smoothed and then held, so that its digits stand still while it hardly
/// changes.
final class SteadyRate {
  /// Another value is shown from this relative difference on.
  private static final double NOTICED = 0.05;

  // Twice: batches come in bursts, and one mean alone would rise and fall with each of them.
  private final Mean recent = new Mean();
  private final Mean steady = new Mean();
  private double count;
  private double seconds;
  private boolean counted;
  private double shown;

  /// Takes the counter.
  ///
  /// @param now its value; one that is smaller than before is that of a restarted process
  /// @param atSeconds since any fixed moment
  void update(double now, double atSeconds) {
    double passed = atSeconds - seconds;
    if (counted && now >= count && passed > 0) {
      recent.add((now - count) / passed, passed);
      steady.add(recent.value, passed);
      if (Math.abs(steady.value - shown) > NOTICED * shown) {
        shown = steady.value;
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

  /// A mean in which what is long ago counts for less.
  private static final class Mean {
    /// What is older than this hardly counts any more.
    private static final double MEMORY_SECONDS = 8;

    private double value;
    private double weight;

    void add(double sample, double passed) {
      double old = Math.exp(-passed / MEMORY_SECONDS);
      // Of all that was seen at first, so that the first sample does not count for more.
      weight = old * weight + (1 - old);
      value += (1 - old) / weight * (sample - value);
    }
  }
}
