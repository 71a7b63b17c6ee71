package io.pairstream.ops;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/// The numbers that a service shows at `/metrics`, in Prometheus' text format.
///
/// Counters `pairstream_NAME_total` (clips, batches, bytes, skipped, rejected, steps) and gauges
/// `pairstream_NAME` (loss, top1, data_wait_share), with the labels `service` and `name`. Safe for
/// several threads.
public final class ServiceMetrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, AtomicReference<Double>> gauges = new ConcurrentHashMap<>();
  private final Tags tags;

  public ServiceMetrics(String service, String name) {
    tags = Tags.of(Tag.of("service", service), Tag.of("name", name));
    new JvmMemoryMetrics().bindTo(registry);
  }

  /// Adds to a counter.
  public void count(String counter, double amount) {
    registry.counter("pairstream." + counter, tags).increment(amount);
  }

  /// A counter's value so far.
  public double counted(String counter) {
    return registry.counter("pairstream." + counter, tags).count();
  }

  /// Sets a gauge.
  public void set(String gauge, double value) {
    gauges
        .computeIfAbsent(
            gauge,
            key -> {
              AtomicReference<Double> holder = new AtomicReference<>(value);
              registry.gauge("pairstream." + key, tags, holder, AtomicReference::get);
              return holder;
            })
        .set(value);
  }

  /// All of it, in Prometheus' text format.
  public String scrape() {
    return registry.scrape();
  }
}
