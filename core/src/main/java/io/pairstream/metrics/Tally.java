package io.pairstream.metrics;

import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.DoubleAdder;

/// What a service has counted, in plain numbers: its own reports and decisions come from here, and
/// so do the meters that others see ([ServiceMetrics]). Safe for several threads.
public final class Tally {
  private final Map<Metric, DoubleAdder> counts = new EnumMap<>(Metric.class);
  private final Map<Metric, Double> before = new ConcurrentHashMap<>();
  private final Map<Metric, Double> gauges = new ConcurrentHashMap<>();
  private final Map<Metric, Map<String, Double>> sets = new EnumMap<>(Metric.class);

  /// Binders that nobody has taken yet; any thread adds, the scrape takes.
  private final Queue<MeterBinder> binders = new ConcurrentLinkedQueue<>();

  public Tally() {
    for (Metric metric : Metric.values()) {
      counts.put(metric, new DoubleAdder());
      sets.put(metric, new ConcurrentHashMap<>());
    }
  }

  /// Adds to a counter.
  public void add(Metric counter, double amount) {
    require(counter, Metric.Kind.COUNTER);
    counter(counter).add(amount);
  }

  /// Says what earlier processes of this instance have counted: part of [#total], not of [#count].
  public void before(Metric counter, double amount) {
    require(counter, Metric.Kind.COUNTER);
    before.put(counter, amount);
  }

  /// What this process has counted.
  public double count(Metric counter) {
    require(counter, Metric.Kind.COUNTER);
    return counter(counter).sum();
  }

  /// What this instance has counted, in earlier processes too.
  public double total(Metric counter) {
    return before.getOrDefault(counter, 0.0) + count(counter);
  }

  /// Sets a gauge.
  public void set(Metric gauge, double value) {
    require(gauge, Metric.Kind.GAUGE);
    gauges.put(gauge, value);
  }

  /// Sets the gauge of a validation set.
  public void set(Metric gauge, String set, double value) {
    require(gauge, Metric.Kind.GAUGE_OF_SET);
    ofSets(gauge).put(set, value);
  }

  /// A gauge's value, once it has one.
  public OptionalDouble gauge(Metric gauge) {
    Double value = gauges.get(gauge);
    return value == null || value.isNaN() ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /// A gauge's values by validation set.
  public Map<String, Double> sets(Metric gauge) {
    return Map.copyOf(ofSets(gauge));
  }

  /// Has meters of another library shown beside ours, such as those of a Kafka client.
  public void show(MeterBinder binder) {
    binders.add(binder);
  }

  Optional<MeterBinder> nextBinder() {
    return Optional.ofNullable(binders.poll());
  }

  private DoubleAdder counter(Metric metric) {
    return counts.computeIfAbsent(metric, _ -> new DoubleAdder());
  }

  private Map<String, Double> ofSets(Metric metric) {
    return sets.computeIfAbsent(metric, _ -> new ConcurrentHashMap<>());
  }

  private static void require(Metric metric, Metric.Kind kind) {
    if (metric.kind() != kind) {
      throw new IllegalArgumentException(metric + " is a " + metric.kind() + ", not a " + kind);
    }
  }
}
