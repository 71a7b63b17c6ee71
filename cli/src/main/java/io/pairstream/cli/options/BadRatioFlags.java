package io.pairstream.cli.options;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How much bad input is too much.
@OptionGroup("Limits")
public final class BadRatioFlags {
  @Option(
      names = "--max-bad-ratio",
      paramLabel = "SHARE",
      description =
          "End with exit code 4 when a larger share cannot be used: of the clips in a producer"
              + " (default: 0.75), of the batches in an augmenter or a trainer, of the videos in an"
              + " evaluation (default: 0.1).")
  private @Nullable Double maxBadRatio;

  public double or(double usual) {
    return maxBadRatio == null ? usual : maxBadRatio;
  }
}
