package io.pairstream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServiceMetricsTest {
  private static Set<String> catalogue(Role role) {
    return Arrays.stream(Metric.values())
        .filter(metric -> metric.roles().contains(role))
        .map(Metric::series)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> series(String scraped) {
    return scraped
        .lines()
        .filter(line -> line.startsWith("pairstream_"))
        .map(line -> line.replaceFirst("[{ ].*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// All of the catalogue and nothing else, from the first scrape on; the gauges of sets once there
  /// are sets.
  @ParameterizedTest
  @EnumSource(
      value = Role.class,
      names = {"PRODUCER", "AUGMENTER", "TRAINER"})
  void aScrapeHasWhatTheCatalogueSays(Role role) {
    Tally tally = new Tally();
    try (ServiceMetrics metrics = new ServiceMetrics("mine", Instance.main(role), tally)) {
      Set<String> expected = catalogue(role);
      expected.removeIf(name -> name.startsWith("pairstream_validation_top"));
      assertThat(series(metrics.scrape())).isEqualTo(expected);
      tally.set(Metric.VALIDATION_TOP1, "val", 0.5);
      tally.set(Metric.VALIDATION_TOP5, "val", 0.75);
      assertThat(series(metrics.scrape())).isEqualTo(catalogue(role));
    }
  }

  @Test
  void eachSeriesSaysWhoseItIsAndEachValidationSetHasItsOwn() {
    Tally tally = new Tally();
    tally.before(Metric.BATCHES, 100);
    tally.add(Metric.BATCHES, 2);
    tally.set(Metric.VALIDATION_TOP1, "same", 0.5);
    tally.set(Metric.VALIDATION_TOP1, "other", 0.25);
    Instance instance = new Instance(Role.TRAINER, "mca", 1);
    String labels = "instance=\"trainer-mca-1\",run=\"mine\",service=\"trainer\"";
    try (ServiceMetrics metrics = new ServiceMetrics("mine", instance, tally)) {
      assertThat(metrics.scrape().lines())
          // A counter is the process's own: what an earlier one did is in /status.
          .contains("pairstream_batches_total{" + labels + "} 2.0")
          .contains("pairstream_steps_total{" + labels + "} 0.0")
          .anyMatch(line -> line.startsWith("pairstream_validation_top1{") && line.contains("same"))
          .anyMatch(
              line -> line.startsWith("pairstream_validation_top1{") && line.contains("other"))
          .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{") && line.contains(labels))
          .anyMatch(line -> line.startsWith("process_uptime_seconds{"));
    }
    assertThat(Status.of("mine", instance, tally, Optional.empty()).batches()).isEqualTo(102);
  }
}
