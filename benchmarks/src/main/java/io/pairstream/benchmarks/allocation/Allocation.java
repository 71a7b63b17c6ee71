package io.pairstream.benchmarks.allocation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs [HotPath] with JMH's gc profiler.
public final class Allocation {
  private static final String BYTES = "gc.alloc.rate.norm";

  private Allocation() {}

  /// A line for each: how many bytes of heap a clip costs besides those of its record.
  public static List<String> measure() throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(HotPath.class.getName())
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .build();
    List<String> lines = new ArrayList<>();
    for (RunResult result : new Runner(options).run()) {
      String what = result.getParams().getParam("work");
      double all = Objects.requireNonNull(result.getSecondaryResults().get(BYTES)).getScore();
      long record = HotPath.recordBytes(HotPath.Work.valueOf(what));
      lines.add(
          String.format(
              Locale.ROOT,
              "%-12s takes %.0f bytes of heap a clip besides %d of its record",
              what,
              (all - record) / HotPath.CLIPS,
              record / HotPath.CLIPS));
    }
    return lines;
  }
}
