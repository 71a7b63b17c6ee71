package io.pairstream.local.demo;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.pairstream.ops.Versions;
import io.pairstream.verify.Verification;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// What several seeds of the demo did: sums of counts, means of accuracies.
///
/// @param seconds of all of them, this time
/// @param dataWaitShare the largest, 0 to 1
/// @param top1 of the model with MCA on colours that mean nothing
/// @param runs each seed's own report
@JsonTypeName("demo")
public record MeanReport(
    String run,
    double seconds,
    long batches,
    long clips,
    long skipped,
    long rejected,
    long missing,
    long duplicates,
    long corrupt,
    long steps,
    double dataWaitShare,
    double top1,
    @Nullable String device,
    Versions versions,
    ColourComparison comparison,
    Map<String, SeedReport> runs)
    implements DemoReport {
  public MeanReport {
    runs = Collections.unmodifiableMap(new LinkedHashMap<>(runs));
  }

  /// Joins the seeds' reports.
  static MeanReport of(List<SeedReport> seeds, double seconds) {
    ColourComparison mean =
        ColourComparison.mean(seeds.stream().map(SeedReport::comparison).toList());
    Map<String, SeedReport> runs = new LinkedHashMap<>();
    seeds.forEach(seed -> runs.put("seed-" + seed.seed(), seed));
    return new MeanReport(
        DemoRun.RUN,
        seconds,
        counted(seeds, Verification.Counts::batches),
        counted(seeds, Verification.Counts::clips),
        counted(seeds, Verification.Counts::skipped),
        seeds.stream().mapToLong(seed -> seed.totals().rejected()).sum(),
        counted(seeds, Verification.Counts::missing),
        counted(seeds, Verification.Counts::duplicates),
        counted(seeds, Verification.Counts::corrupt),
        seeds.stream().mapToLong(seed -> seed.totals().steps()).sum(),
        seeds.stream()
            .map(seed -> seed.totals().dataWaitShare())
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(0),
        mean.of(DemoDataset.INDEPENDENT_COLOURS, ColourComparison.MCA),
        seeds.getFirst().totals().device(),
        seeds.getFirst().totals().versions(),
        mean,
        runs);
  }

  private static long counted(List<SeedReport> seeds, ToLongFunction<Verification.Counts> what) {
    return seeds.stream().map(seed -> seed.totals().counts()).mapToLong(what).sum();
  }

  @Override
  public boolean whole() {
    return missing == 0 && duplicates == 0 && corrupt == 0;
  }
}
