package io.pairstream.benchmarks.allocation;

import io.pairstream.augmenter.RefusedBatchException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  /// A line for each: how many bytes of heap a batch and each of its clips cost besides those of
  /// the record that is made.
  public static List<String> measure() throws RunnerException, RefusedBatchException {
    Options options =
        new OptionsBuilder()
            .include(HotPath.class.getName())
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .build();
    Map<String, Double> besides = new HashMap<>();
    for (RunResult result : new Runner(options).run()) {
      String work = result.getParams().getParam("work");
      int clips = Integer.parseInt(result.getParams().getParam("clips"));
      double all = Objects.requireNonNull(result.getSecondaryResults().get(BYTES)).getScore();
      besides.put(work + clips, all - HotPath.recordBytes(HotPath.Work.valueOf(work), clips));
    }
    List<String> lines = new ArrayList<>();
    for (HotPath.Work work : HotPath.Work.values()) {
      double few = Objects.requireNonNull(besides.get(work.name() + HotPath.FEW));
      double many = Objects.requireNonNull(besides.get(work.name() + HotPath.MANY));
      double clip = (many - few) / (HotPath.MANY - HotPath.FEW);
      lines.add(
          String.format(
              Locale.ROOT,
              "%-12s takes %.0f bytes of heap a clip and %.0f a batch besides the record",
              work,
              clip,
              few - HotPath.FEW * clip));
    }
    return lines;
  }
}
