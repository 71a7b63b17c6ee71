package io.pairstream.augmenter;

import io.pairstream.augment.AugmentationPlan;
import io.pairstream.augment.KernelAugmentation;
import io.pairstream.augmenter.cuda.CudaDevice;
import io.pairstream.augmenter.cuda.CudaKernels;
import io.pairstream.augmenter.cuda.CudaSwapMix;
import io.pairstream.config.DeviceChoice;
import io.pairstream.kernel.SwapMixKernel;
import io.pairstream.ops.ServiceException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the pairs of this process are computed on, held for as long as it augments.
public final class AugmenterDevice implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AugmenterDevice.class);

  /// A GPU, its kernel and those of CUDA source files.
  private record Gpu(CudaDevice device, CudaSwapMix kernel, CudaKernels sources) {}

  private final Optional<Gpu> gpu;

  private AugmenterDevice(Optional<Gpu> gpu) {
    this.gpu = gpu;
  }

  /// Takes the device.
  ///
  /// @throws ServiceException (3) if a GPU was asked for and cannot be used
  public static AugmenterDevice open(DeviceChoice choice) {
    AugmenterDevice opened =
        switch (choice) {
          case DeviceChoice.Cpu _ -> new AugmenterDevice(Optional.empty());
          case DeviceChoice.Cuda cuda -> onGpu(cuda.ordinal());
          case DeviceChoice.Auto _ -> automatic();
        };
    LOG.info("augmenting on {} with kernel {}", opened.name(), opened.kernel().name());
    return opened;
  }

  private static AugmenterDevice automatic() {
    Optional<String> trouble = CudaDevice.trouble();
    if (trouble.isEmpty()) {
      try {
        return onGpu(0);
      } catch (ServiceException e) {
        trouble = Optional.of(String.valueOf(e.getMessage()));
      }
    }
    LOG.info("--device auto: the CPU, because {}", trouble.get());
    return new AugmenterDevice(Optional.empty());
  }

  private static AugmenterDevice onGpu(int ordinal) {
    CudaDevice device = CudaDevice.open(ordinal);
    return new AugmenterDevice(
        Optional.of(new Gpu(device, new CudaSwapMix(device), new CudaKernels(device))));
  }

  /// `cpu` or `cuda:0 (NVIDIA H200)`.
  String name() {
    return gpu.map(there -> there.device().toString()).orElse("cpu");
  }

  /// A kernel for one task: the GPU's serves all of them, another belongs to the one who asks.
  SwapMixKernel kernel() {
    return gpu.<SwapMixKernel>map(Gpu::kernel).orElseGet(SwapMixKernel::fastest);
  }

  /// The plan with its CUDA source files compiled for the device, if it has any.
  ///
  /// @throws ServiceException (2) if one does not compile, (3) without a compiler or a GPU
  public AugmentationPlan ready(AugmentationPlan plan) {
    return plan.map(one ->
        one instanceof KernelAugmentation kernel
            ? gpu.map(there -> there.sources().load(kernel))
                .orElseThrow(() -> KernelCheck.noGpu(kernel, "this process has none"))
            : one);
  }

  /// Gives the device back; nobody may compute on it any more.
  @Override
  public void close() {
    gpu.ifPresent(there -> {
      there.sources().close();
      there.kernel().close();
      there.device().close();
    });
  }
}
