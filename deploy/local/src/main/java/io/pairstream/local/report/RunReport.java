package io.pairstream.local.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.ops.Report;
import io.pairstream.verify.Verification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// What a whole run came to: totals on top, each service's own report under `services`.
public final class RunReport {
  private static final String TRAINER = "trainer";
  private static final String PRODUCER = "producer";
  private static final String AUGMENTER = "augmenter";

  private RunReport() {}

  /// The report of a run.
  ///
  /// `batches`, `clips`, `skipped`, `missing` and `duplicates` are read from the ledger;
  /// `megabytesPerSecond` is the augmenters' together; `dataWaitShare` is the largest trainer's;
  /// `steps` and `rejected` are sums; `loss`, `top1`, `top5` and `device` are the leading
  /// trainer's.
  ///
  /// @param command `run` or `demo`
  /// @param services by instance
  /// @param leading the trainer whose accuracies stand on top
  public static Report of(
      String command,
      String run,
      double seconds,
      Map<String, Report> services,
      Verification verification,
      String leading) {
    Report report = new Report(command, run).put("seconds", seconds);
    verification.addTo(report);
    report.put("rejected", (long) sum(services, "rejected"));
    report.put("steps", (long) sum(services, "steps"));
    report.put("megabytesPerSecond", sum(augmenters(services), "megabytesPerSecond"));
    services.values().stream()
        .map(service -> number(service, "dataWaitShare"))
        .flatMapToDouble(OptionalDouble::stream)
        .max()
        .ifPresent(value -> report.put("dataWaitShare", value));
    ObjectNode versions = JsonNodeFactory.instance.objectNode();
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    services.forEach((instance, service) -> {
      all.set(instance, service.json());
      if (service.json().get("versions") instanceof ObjectNode known) {
        versions.setAll(known);
      }
    });
    Optional.ofNullable(services.get(leading)).ifPresent(trainer -> copy(trainer, report));
    report.put("versions", versions);
    report.put("services", all);
    return report;
  }

  private static Map<String, Report> augmenters(Map<String, Report> services) {
    Map<String, Report> found = new LinkedHashMap<>(services);
    found.keySet().removeIf(instance -> !instance.startsWith(AUGMENTER));
    return found;
  }

  private static void copy(Report trainer, Report report) {
    for (String key : List.of("loss", "top1", "top5", "device")) {
      JsonNode value = trainer.json().get(key);
      if (value != null) {
        report.put(key, value);
      }
    }
  }

  private static double sum(Map<String, Report> services, String key) {
    return services.values().stream()
        .map(service -> number(service, key))
        .flatMapToDouble(OptionalDouble::stream)
        .sum();
  }

  private static OptionalDouble number(
      @org.jspecify.annotations.Nullable Report report, String key) {
    JsonNode value = report == null ? null : report.json().get(key);
    return value != null && value.isNumber()
        ? OptionalDouble.of(value.doubleValue())
        : OptionalDouble.empty();
  }

  /// A run's report for people, line by line.
  public static List<String> summary(Report report) {
    List<String> lines = new ArrayList<>();
    JsonNode json = report.json();
    lines.add(
        "run %s: %d batches, %d clips, %d skipped, %d rejected in %.0f s"
            .formatted(
                json.path("run").asText(),
                json.path("batches").asLong(),
                json.path("clips").asLong(),
                json.path("skipped").asLong(),
                json.path("rejected").asLong(),
                json.path("seconds").asDouble()));
    for (Map.Entry<String, JsonNode> service : json.path("services").properties()) {
      lines.add(serviceLine(service.getKey(), service.getValue()));
      lines.addAll(validationLines(service.getValue().path("validation")));
    }
    lines.add(
        "ledger: %d missing, %d duplicates, %d corrupt"
            .formatted(
                json.path("missing").asLong(),
                json.path("duplicates").asLong(),
                json.path("corrupt").asLong()));
    return lines;
  }

  private static String serviceLine(String instance, JsonNode service) {
    StringBuilder line = new StringBuilder("  ");
    line.append(String.format(Locale.ROOT, "%-18s", instance));
    line.append(service.path("batches").asLong()).append(" batches");
    append(line, service, "megabytesPerSecond", ", %.1f MB/s", 1);
    if (instance.startsWith(TRAINER)) {
      append(line, service, "loss", ", loss %.3f", 1);
      append(line, service, "top1", ", top-1 %.1f %%", 100);
      append(line, service, "dataWaitShare", ", waited for data %.1f %%", 100);
    } else if (instance.equals(PRODUCER)) {
      append(line, service, "rejected", ", %.0f clips rejected", 1);
    }
    return line.toString();
  }

  private static void append(
      StringBuilder line, JsonNode service, String key, String format, double factor) {
    JsonNode value = service.get(key);
    if (value != null && value.isNumber()) {
      line.append(String.format(Locale.ROOT, format, factor * value.doubleValue()));
    }
  }

  private static List<String> validationLines(JsonNode validation) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, JsonNode> set : validation.properties()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "    %-22s top-1 %.1f %%, top-5 %.1f %% of %d clips",
              set.getKey(),
              100 * set.getValue().path("top1").asDouble(),
              100 * set.getValue().path("top5").asDouble(),
              set.getValue().path("clips").asLong()));
    }
    return lines;
  }
}
