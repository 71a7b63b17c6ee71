package io.pairstream.local.options;

import picocli.CommandLine.Option;

/// How much bad input is too much.
public final class BadRatioFlags {
  @Option(
      names = "--max-bad-ratio",
      paramLabel = "SHARE",
      defaultValue = "0.1",
      description =
          "End with exit code 4 when a larger share of the input cannot be used"
              + " (default: ${DEFAULT-VALUE}).")
  private double maxBadRatio;

  public double maxBadRatio() {
    return maxBadRatio;
  }
}
