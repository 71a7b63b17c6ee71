package io.pairstream.local.options;

import io.pairstream.augmenter.DeviceChoice;
import io.pairstream.ops.ServiceException;
import picocli.CommandLine.Option;

/// On what a service computes.
public final class DeviceFlags {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description =
          "On what to augment: cpu, cuda, cuda:N, or auto, which is the first GPU or, saying why,"
              + " the CPU. Training is on the CPU so far (default: ${DEFAULT-VALUE}).")
  private String device = "cpu";

  public DeviceChoice choice() {
    return Usage.checked(() -> DeviceChoice.parse(device));
  }

  /// Refuses what a trainer cannot do yet.
  ///
  /// @throws ServiceException (3) if a GPU is asked for
  public void requireTraining() {
    switch (choice()) {
      case DeviceChoice.Auto _, DeviceChoice.Cpu _ -> {}
      case DeviceChoice.Cuda _ ->
          throw ServiceException.environment(
              "--device " + device + ": this version trains on the CPU only");
    }
  }
}
