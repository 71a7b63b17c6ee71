package io.pairstream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.run.Role;
import io.pairstream.testing.Require;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The reference page of the metrics is what the catalogue says.
class MetricsReferenceTest {
  private static final Path PAGE = Require.root().resolve("docs/reference/metrics.md");

  @Test
  void thePageIsNotStale() throws Exception {
    String page = page();
    if (Boolean.getBoolean("pairstream.update")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE)
        .as(
            "write it anew: mvn -pl core test -Dtest=MetricsReferenceTest"
                + " -Dpairstream.update=true")
        .hasContent(page);
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Metrics

            Generated from the code (`Metric`). With `--management-port PORT` a service answers

            - `/live`: 200 while the process runs, however busy it is
            - `/ready`: 200 while it does its work, else 503 and why not
            - `/status`: JSON for people and for whoever started it
            - `/metrics`: Prometheus' text format

            Every series has the labels `run`, `service` (`producer`, `augmenter`, `trainer`) and `instance`
            (`augmenter-1`, `trainer-mca`). Counters begin at 0 with the process; what a trainer did before it was
            started again is in `/status`. Beside these there are Micrometer's own series of the JVM, the process and
            the Kafka clients (`jvm_…`, `process_…`, `system_…`, `kafka_…`).

            | series | kind | unit | services | what it says |
            |---|---|---|---|---|
            """);
    for (Metric metric : Metric.values()) {
      page.append("| `")
          .append(metric.series())
          .append("` | ")
          .append(kind(metric))
          .append(" | ")
          .append(metric.unit())
          .append(" | ")
          .append(
              Arrays.stream(Role.values())
                  .filter(metric.roles()::contains)
                  .map(Role::text)
                  .collect(Collectors.joining(", ")))
          .append(" | ")
          .append(metric.help())
          .append(" |\n");
    }
    return page.toString();
  }

  private static String kind(Metric metric) {
    return switch (metric.kind()) {
      case COUNTER -> "counter";
      case GAUGE -> "gauge";
      case GAUGE_OF_SET -> "gauge, one a validation set (label `set`)";
    };
  }
}
