package io.pairstream.trainer.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.pairstream.config.DeviceChoice;
import java.util.Optional;
import java.util.function.IntSupplier;

/// Where libtorch computes: all arrays of a model and of its batches lie there.
///
/// @param device DJL's name of it
/// @param note why it is not the one that one might expect
public record TorchDevice(Device device, Optional<String> note) {
  private static final String ENGINE = "PyTorch";

  /// What libtorch says of GPUs.
  ///
  /// @param version libtorch's
  /// @param built whether it can use any
  /// @param count of those that it sees; asked only if it can use any
  record Gpus(String version, boolean built, IntSupplier count) {
    /// Why it cannot use the GPU of this number; empty if it can.
    Optional<String> obstacle(int ordinal) {
      if (!built) {
        return Optional.of(
            ("this libtorch %s is for the CPU only or finds no driver: a GPU needs NVIDIA's driver,"
                    + " an installation of torch %s for CUDA, and its place in PYTORCH_LIBRARY_PATH,"
                    + " PYTORCH_VERSION and PYTORCH_FLAVOR; see docs/how-to/train-on-a-gpu.md")
                .formatted(version, version));
      }
      int found = count.getAsInt();
      return ordinal < found
          ? Optional.empty()
          : Optional.of("libtorch %s sees %d GPUs here".formatted(version, found));
    }
  }

  /// The device of a choice.
  ///
  /// @throws IllegalStateException with one sentence of what is missing
  static TorchDevice of(DeviceChoice choice, Gpus gpus) {
    return switch (choice) {
      case DeviceChoice.Cpu _ -> new TorchDevice(Device.cpu(), Optional.empty());
      case DeviceChoice.Cuda(int ordinal) -> {
        gpus.obstacle(ordinal)
            .ifPresent(obstacle -> {
              throw new IllegalStateException("cuda:" + ordinal + " cannot train: " + obstacle);
            });
        yield new TorchDevice(Device.gpu(ordinal), Optional.empty());
      }
      case DeviceChoice.Auto _ ->
          gpus.obstacle(0)
              .map(obstacle ->
                  new TorchDevice(Device.cpu(), Optional.of("training on the CPU: " + obstacle)))
              .orElseGet(() -> new TorchDevice(Device.gpu(0), Optional.empty()));
    };
  }

  /// As options and reports call it: `cpu`, `cuda:0`.
  public String text() {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }

  /// A manager of its own, which the caller closes. Sub-managers are on the same device.
  public NDManager newManager() {
    return NDManager.newBaseManager(device, ENGINE);
  }
}
