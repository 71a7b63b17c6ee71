package io.pairstream.local.demo;

import io.pairstream.cli.options.ArgumentList;
import io.pairstream.local.report.ProgressDisplay;
import io.pairstream.ops.ServiceException;
import io.pairstream.watch.RunFolder;
import io.pairstream.watch.picture.ComparisonChart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The demo over one or more seeds: a run each, and what they say together.
public final class Demo {
  private static final String SEEDS = "--seeds";

  private final RunFolder folder;
  private final List<Long> seeds;
  private final boolean resume;

  private Demo(RunFolder folder, List<Long> seeds, boolean resume) {
    this.folder = folder;
    this.seeds = List.copyOf(seeds);
    this.resume = resume;
  }

  /// A new demo in a folder that is new or empty.
  public static Demo begin(Path out, List<Long> seeds) {
    RunFolder folder = RunFolder.create(out);
    folder.keepOptions(
        new ArgumentList()
            .and("--run", DemoRun.RUN)
            .and(SEEDS, seeds.stream().map(String::valueOf).collect(Collectors.joining(","))));
    return new Demo(folder, seeds, false);
  }

  /// The demo that was begun in a folder.
  public static Demo resume(Path out) {
    RunFolder folder = RunFolder.existing(out);
    String seeds =
        folder
            .options()
            .value(SEEDS)
            .orElseThrow(() -> ServiceException.usage("the run in '" + out + "' is no demo"));
    return new Demo(
        folder, List.of(seeds.split(",", -1)).stream().map(Long::parseLong).toList(), true);
  }

  /// What is going to happen, for the person who waits.
  public List<String> introduction() {
    return List.of(
        "The classes of this demo's videos are motions: a shape moves, grows, shrinks or turns.",
        "In training the shape's colour nearly gives the class away. Two models learn from the same",
        "stream: one as usual, one with motion coherent augmentation (MCA), which teaches a model",
        "that colours do not matter. Then both see colours that mean nothing.",
        "Everything is kept in " + folder.root() + ".",
        "");
  }

  /// Runs all seeds.
  ///
  /// @return the report of all together
  public DemoReport execute(ProgressDisplay display) throws InterruptedException {
    long begin = System.nanoTime();
    List<SeedReport> reports = new ArrayList<>();
    for (long seed : seeds) {
      RunFolder own = folderOf(seed);
      if (seeds.size() > 1) {
        display.tell("seed " + seed + ":");
      }
      reports.add(new DemoRun(own, seed, resume).execute(display));
      display.clear();
    }
    DemoReport report =
        seeds.size() == 1
            ? reports.getFirst()
            : MeanReport.of(reports, (System.nanoTime() - begin) / 1e9);
    ColourComparison comparison = report.comparison();
    draw(comparison);
    List<String> lines = new ArrayList<>();
    reports.forEach(one -> lines.addAll(one.totals().summary()));
    lines.add("");
    lines.add(title());
    lines.addAll(comparison.table().lines());
    lines.addAll(conclusion());
    folder.keepReport(report, lines);
    lines.forEach(display::tell);
    return report;
  }

  private RunFolder folderOf(long seed) {
    if (seeds.size() == 1) {
      return folder;
    }
    RunFolder own = new RunFolder(folder.root().resolve("seed-" + seed));
    if (own.isRun()) {
      return own;
    }
    RunFolder made = RunFolder.create(own.root());
    made.keepOptions(new ArgumentList().and("--run", DemoRun.RUN).and(SEEDS, "" + seed));
    return made;
  }

  private String title() {
    return seeds.size() == 1
        ? "Accuracy on new videos (top-1)"
        : "Accuracy on new videos (top-1), mean of seeds "
            + seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private void draw(ColourComparison comparison) {
    try {
      ComparisonChart.write(
          folder.comparison(),
          title(),
          comparison.table(),
          List.of("In training, 9 clips of 10 have the colour of their class."));
    } catch (IOException e) {
      throw ServiceException.environment(
          "picture '" + folder.comparison() + "' cannot be written: " + e.getMessage(), e);
    }
  }

  private List<String> conclusion() {
    Path shown = seeds.size() == 1 ? folder.root() : folderOf(seeds.getFirst()).root();
    return List.of(
        "",
        "pictures: " + folder.comparison() + " and " + shown.resolve("pairs.png"),
        "",
        "What to try next:",
        "  ./pairstream verify --out " + shown,
        "  ./pairstream show --out " + shown + " --pictures pairs.png",
        "  ./pairstream demo --seeds 0,1,2",
        "  ./pairstream run --dataset YOUR_VIDEOS --out out/run");
  }
}
