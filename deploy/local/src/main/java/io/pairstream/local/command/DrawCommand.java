package io.pairstream.local.command;

import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.Usage;
import io.pairstream.local.demo.DemoDataset;
import io.pairstream.local.demo.VideoFiles;
import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pairstream draw`: the demo's videos; a process of its own because it loads FFmpeg.
@Command(name = "draw", hidden = true, description = "Draws the demo's videos.")
final class DrawCommand implements Callable<Integer> {
  @Option(names = "--into", paramLabel = "DIR", required = true, description = "Where to.")
  private @Nullable Path into;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Which videos.")
  private long seed;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Logging.quiet();
    Path directory = Usage.given("--into", into);
    long begin = System.nanoTime();
    try {
      DemoDataset.FULL.draw(directory, seed, new VideoFiles());
    } catch (IOException e) {
      throw ServiceException.environment(
          "the demo's videos cannot be written: " + e.getMessage(), e);
    }
    Terminal.out(spec)
        .printf(
            "%d videos in %.1f s%n", DemoDataset.FULL.files(), (System.nanoTime() - begin) / 1e9);
    return 0;
  }
}
