package io.pairstream.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pairstream.run.Instance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Shows a service's [Tally] in Prometheus' text format, with all meters of the catalogue that its
/// service has, and Micrometer's own of the JVM, the process and its Kafka clients. Every series
/// has the labels `run`, `service` and `instance`.
public final class ServiceMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Instance instance;
  private final Tally tally;

  // Guarded by this: scrapes may overlap.
  private final Set<String> shownSets = new HashSet<>();
  private final List<AutoCloseable> closed = new ArrayList<>();

  public ServiceMetrics(String run, Instance instance, Tally tally) {
    this.instance = instance;
    this.tally = tally;
    registry
        .config()
        .commonTags(
            List.of(
                Tag.of("run", run),
                Tag.of("service", instance.role().text()),
                Tag.of("instance", instance.toString())));
    for (Metric metric : Metric.values()) {
      if (metric.roles().contains(instance.role())) {
        register(metric);
      }
    }
    for (MeterBinder binder :
        List.of(
            new JvmMemoryMetrics(),
            new JvmGcMetrics(),
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics(),
            new FileDescriptorMetrics())) {
      bind(binder);
    }
  }

  private void register(Metric metric) {
    switch (metric.kind()) {
      case COUNTER ->
          FunctionCounter.builder(metric.meter(), tally, counted -> counted.count(metric))
              .description(metric.help())
              .register(registry);
      case GAUGE ->
          Gauge.builder(metric.meter(), tally, shown -> shown.gauge(metric).orElse(Double.NaN))
              .description(metric.help())
              .register(registry);
      case GAUGE_OF_SET -> {
        // Which sets there are is known once they were evaluated.
      }
    }
  }

  private synchronized void bind(MeterBinder binder) {
    binder.bindTo(registry);
    if (binder instanceof AutoCloseable closeable) {
      closed.add(closeable);
    }
  }

  /// All of it, in Prometheus' text format.
  public String scrape() {
    bindNew();
    return registry.scrape();
  }

  private synchronized void bindNew() {
    for (Optional<MeterBinder> next = tally.nextBinder();
        next.isPresent();
        next = tally.nextBinder()) {
      bind(next.get());
    }
    for (Metric metric : Metric.values()) {
      if (metric.kind() == Metric.Kind.GAUGE_OF_SET && metric.roles().contains(instance.role())) {
        tally.sets(metric).keySet().forEach(set -> registerSet(metric, set));
      }
    }
  }

  private void registerSet(Metric metric, String set) {
    if (shownSets.add(metric.meter() + "/" + set)) {
      Gauge.builder(
              metric.meter(), tally, shown -> shown.sets(metric).getOrDefault(set, Double.NaN))
          .description(metric.help())
          .tag("set", set)
          .register(registry);
    }
  }

  @Override
  public synchronized void close() {
    for (AutoCloseable binder : closed) {
      try {
        binder.close();
      } catch (Exception e) {
        throw new IllegalStateException("a meter cannot be closed", e);
      }
    }
    registry.close();
  }
}
