package io.pairstream.local.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.pairstream.ops.AugmenterReport;
import io.pairstream.ops.ProducerReport;
import io.pairstream.ops.ServiceReport;
import io.pairstream.ops.TrainerReport;
import io.pairstream.ops.Versions;
import io.pairstream.verify.Verification;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a whole run came to: totals on top, each service's own report under `services`.
///
/// @param run its name
/// @param seconds that it took on this machine, this time
/// @param counts read from the journal and the topics
/// @param rejected by all services
/// @param steps of all trainers
/// @param megabytesPerSecond of all augmenters together
/// @param dataWaitShare the largest trainer's, 0 to 1
/// @param loss the leading trainer's, and so are the next three
/// @param services by instance
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunTotals(
    String run,
    double seconds,
    @JsonUnwrapped Verification.Counts counts,
    long rejected,
    long steps,
    double megabytesPerSecond,
    @Nullable Double dataWaitShare,
    @Nullable Double loss,
    @Nullable Double top1,
    @Nullable Double top5,
    @Nullable String device,
    Versions versions,
    Map<String, ServiceReport> services) {
  public RunTotals {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(versions, "versions");
    services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
  }

  /// Sums up what the services report.
  ///
  /// @param services by instance
  /// @param leading the trainer whose accuracies stand on top
  public static RunTotals of(
      String run,
      double seconds,
      Map<String, ServiceReport> services,
      Verification verification,
      String leading) {
    Collection<ServiceReport> reports = services.values();
    TrainerReport first = services.get(leading) instanceof TrainerReport trainer ? trainer : null;
    return new RunTotals(
        run,
        seconds,
        verification.counts(),
        reports.stream().mapToLong(RunTotals::rejected).sum(),
        trainers(reports).mapToLong(TrainerReport::steps).sum(),
        reports.stream()
            .filter(AugmenterReport.class::isInstance)
            .mapToDouble(ServiceReport::megabytesPerSecond)
            .sum(),
        trainers(reports).map(TrainerReport::dataWaitShare).max(Double::compare).orElse(null),
        first == null ? null : first.loss(),
        first == null ? null : first.top1(),
        first == null ? null : first.top5(),
        first == null ? null : first.device(),
        Versions.union(reports.stream().map(ServiceReport::versions).toList()),
        services);
  }

  private static long rejected(ServiceReport report) {
    return switch (report) {
      case ProducerReport producer -> producer.rejected();
      case AugmenterReport augmenter -> augmenter.rejected();
      case TrainerReport _ -> 0;
    };
  }

  private static Stream<TrainerReport> trainers(Collection<ServiceReport> reports) {
    return reports.stream().filter(TrainerReport.class::isInstance).map(TrainerReport.class::cast);
  }

  /// The same with another accuracy on top, which is the only one there.
  public RunTotals withTop1(double accuracy) {
    return new RunTotals(
        run,
        seconds,
        counts,
        rejected,
        steps,
        megabytesPerSecond,
        dataWaitShare,
        loss,
        accuracy,
        null,
        device,
        versions,
        services);
  }

  /// For people, line by line.
  public List<String> summary() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "run %s: %d batches, %d clips, %d skipped, %d rejected in %.0f s"
            .formatted(run, counts.batches(), counts.clips(), counts.skipped(), rejected, seconds));
    services.forEach((instance, service) -> {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-18s%d batches, %.1f MB/s%s",
              instance,
              service.batches(),
              service.megabytesPerSecond(),
              own(service)));
      if (service instanceof ProducerReport producer) {
        lines.add("    " + producer.dataset().sentence());
      }
      if (service instanceof TrainerReport trainer) {
        trainer.validation().forEach((set, tested) -> lines.add(line(set, tested)));
      }
    });
    lines.add(
        "journal: %d missing, %d duplicates, %d corrupt"
            .formatted(counts.missing(), counts.duplicates(), counts.corrupt()));
    return lines;
  }

  private static String own(ServiceReport service) {
    return switch (service) {
      case ProducerReport producer -> ", " + producer.rejected() + " clips rejected";
      case AugmenterReport _ -> "";
      case TrainerReport trainer ->
          shown(", loss %.3f", trainer.loss(), 1)
              + shown(", top-1 %.1f %%", trainer.top1(), 100)
              + shown(", waited for data %.1f %%", trainer.dataWaitShare(), 100);
    };
  }

  private static String shown(String format, @Nullable Double value, double factor) {
    return value == null ? "" : String.format(Locale.ROOT, format, factor * value);
  }

  private static String line(String set, TrainerReport.Tested tested) {
    return String.format(
        Locale.ROOT,
        "    %-22s top-1 %.1f %%, top-5 %.1f %% of %d clips",
        set,
        100 * tested.top1(),
        100 * tested.top5(),
        tested.clips());
  }
}
