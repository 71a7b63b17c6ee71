package io.pairstream.local.demo;

import io.pairstream.cli.options.ArgumentList;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.local.report.ProgressDisplay;
import io.pairstream.local.report.RunTotals;
import io.pairstream.local.run.LocalRun;
import io.pairstream.ops.ServiceException;
import io.pairstream.process.Child;
import io.pairstream.process.ChildSpec;
import io.pairstream.process.JavaCommand;
import io.pairstream.process.Program;
import io.pairstream.process.Supervisor;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import io.pairstream.watch.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// One seed of the demo: draws its videos, streams them once, trains two models on the same stream,
/// without MCA and with it.
public final class DemoRun {
  /// The name of the run.
  public static final String RUN = "demo";

  private static final String INSTANCE = "trainer-";

  private static final List<String> STREAM =
      List.of(
          "--validation-share=0",
          "--frames=8",
          "--height=40",
          "--width=40",
          "--crop=whole",
          "--clips-per-batch=16",
          "--epochs=4");

  private static final List<String> TRAINING =
      List.of(
          "--model=tsm-resnet18-narrow",
          "--threads=1",
          "--optimizer=adamw",
          "--learning-rate=0.003",
          "--weight-decay=0.01",
          "--schedule=one-cycle");

  private final RunFolder folder;
  private final long seed;
  private final boolean resume;

  /// @param resume whether the folder may hold a part of it already
  public DemoRun(RunFolder folder, long seed, boolean resume) {
    this.folder = folder;
    this.seed = seed;
    this.resume = resume;
  }

  /// Does it, or what is left of it.
  ///
  /// @return its report
  public SeedReport execute(ProgressDisplay display) throws InterruptedException {
    if (resume && folder.hasReport()) {
      return folder.readReport(SeedReport.class);
    }
    draw(display);
    boolean begun = resume && Files.isDirectory(folder.broker());
    LocalRun.Outcome outcome = new LocalRun(plan(begun), display).execute();
    RunTotals totals =
        RunTotals.of(
            RUN,
            outcome.seconds(),
            outcome.services(),
            outcome.verification(),
            INSTANCE + ColourComparison.MCA);
    ColourComparison comparison = ColourComparison.of(outcome.services(), INSTANCE);
    SeedReport report =
        new SeedReport(
            totals.withTop1(comparison.of(DemoDataset.INDEPENDENT_COLOURS, ColourComparison.MCA)),
            seed,
            comparison);
    folder.keepReport(report, totals.summary());
    return report;
  }

  /// Draws the videos in a process of its own, because that loads FFmpeg.
  private void draw(ProgressDisplay display) throws InterruptedException {
    Path marker = folder.work().resolve("drawn");
    if (Files.exists(marker)) {
      return;
    }
    display.tell("drawing " + DemoDataset.FULL.files() + " videos");
    try (Supervisor supervisor =
        new Supervisor(JavaCommand.pairstream(), folder.logs(), display::tell)) {
      List<String> line = List.of("draw", "--into=" + folder.dataset(), "--seed=" + seed);
      Child child =
          supervisor.start(new ChildSpec("draw", ChildSpec.Stage.PRODUCER, Program.DRAW, line, 1));
      supervisor.await(List.of(child), () -> {});
    }
    try {
      Files.writeString(marker, "");
    } catch (IOException e) {
      throw ServiceException.environment(
          "file '" + marker + "' cannot be written: " + e.getMessage(), e);
    }
  }

  private LocalRun.Plan plan(boolean begun) {
    ArgumentList stream =
        ArgumentList.parse(STREAM)
            .and("--dataset", folder.dataset().toString())
            .and("--seed", Long.toString(seed));
    ArgumentList training =
        ArgumentList.parse(TRAINING)
            .and("--validate-on", DemoDataset.INDEPENDENT_COLOURS + "," + DemoDataset.SAME_COLOURS)
            .and("--test-on", String.join(",", DemoDataset.turnedSets()));
    return new LocalRun.Plan(
        folder,
        new Topics(RUN),
        KafkaOptions.DEFAULT_MAX_RECORD_BYTES,
        List.of(
            new LocalRun.Member(Instance.main(Role.PRODUCER), stream),
            new LocalRun.Member(Instance.main(Role.AUGMENTER), new ArgumentList()),
            trainer(ColourComparison.BASELINE, training.and("--baseline")),
            trainer(ColourComparison.MCA, training)),
        begun);
  }

  private static LocalRun.Member trainer(String name, ArgumentList arguments) {
    return new LocalRun.Member(new Instance(Role.TRAINER, name, 0), arguments);
  }
}
