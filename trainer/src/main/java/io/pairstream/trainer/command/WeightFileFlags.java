package io.pairstream.trainer.command;

import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.Usage;
import io.pairstream.trainer.weights.WeightSource;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which weights are read.
@OptionGroup("Weights")
public final class WeightFileFlags {
  @Parameters(paramLabel = "FILE", description = "The file of weights.")
  private @Nullable Path file;

  @Option(
      names = WeightSource.KEY_OPTION,
      paramLabel = "KEY",
      description =
          "Which weights in the file, such as state_dict_ema or a.b; . is the top (default: those"
              + " under a usual key, else the only ones).")
  private @Nullable String key;

  public WeightSource source() {
    Path path = Usage.given("FILE", file);
    return Usage.checked(() -> new WeightSource(path, Optional.ofNullable(key)));
  }
}
