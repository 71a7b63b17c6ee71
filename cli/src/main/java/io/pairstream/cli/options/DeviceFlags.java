package io.pairstream.cli.options;

import io.pairstream.config.DeviceChoice;
import picocli.CommandLine.Option;

/// On what an augmenter computes.
@OptionGroup("Augmenting")
public final class DeviceFlags {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description =
          "On what to augment: cpu, cuda, cuda:N, or auto, which is the first GPU or, saying why,"
              + " the CPU (default: ${DEFAULT-VALUE}).")
  private String device = "cpu";

  public DeviceChoice choice() {
    return Usage.checked("--device", () -> DeviceChoice.parse("--device", device));
  }
}
