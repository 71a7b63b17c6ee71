package io.pairstream.local.command;

import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.ReportFlags;
import io.pairstream.local.demo.Demo;
import io.pairstream.local.demo.DemoReport;
import io.pairstream.local.report.ProgressDisplay;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pairstream demo`: everything on this machine, with videos that it draws itself.
@Command(
    name = "demo",
    description = {
      "Shows what the project is for, with videos that it draws itself: trains a model without MCA"
          + " and one with it on the same stream, and tests both on colours that mean nothing.",
      "Takes about five minutes on two cores."
    },
    footer = {"", "Example:", "  pairstream demo --out out/demo"})
final class DemoCommand implements Callable<Integer> {
  @Mixin private ReportFlags report = new ReportFlags();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder for all that it leaves (default: out/demo, or the next free name).")
  private @Nullable Path out;

  @Option(
      names = "--seeds",
      paramLabel = "N,…",
      split = ",",
      defaultValue = "0",
      description = "One run each; the mean is shown (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds = List.of(0L);

  @Option(names = "--resume", description = "Go on with the demo in --out.")
  private boolean resume;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Logging.quiet();
    if (seeds.stream().anyMatch(seed -> seed < 0)
        || seeds.stream().distinct().count() < seeds.size()) {
      throw ServiceException.usage("--seeds " + seeds + " are not different numbers from 0 on");
    }
    Demo demo = resume ? Demo.resume(folder()) : Demo.begin(folder(), seeds);
    try (ProgressDisplay display =
        new ProgressDisplay(
            Terminal.people(spec, report.takesStandardOutput()), report.takesStandardOutput())) {
      demo.introduction().forEach(display::tell);
      DemoReport done = demo.execute(display);
      report.write(done);
      return (done.whole() ? ExitCode.DONE : ExitCode.BAD_INPUT).code();
    }
  }

  private Path folder() {
    if (out != null) {
      return out;
    }
    if (resume) {
      throw ServiceException.usage("--resume needs the --out of the demo to go on with");
    }
    Path usual = Path.of("out", "demo");
    Path free = usual;
    for (int i = 2; !isFree(free); i++) {
      free = usual.resolveSibling("demo-" + i);
    }
    return free;
  }

  private static boolean isFree(Path folder) {
    if (!Files.exists(folder)) {
      return true;
    }
    try (Stream<Path> content = Files.list(folder)) {
      return content.findAny().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }
}
