package io.pairstream.augmenter;

import io.pairstream.augment.AugmentationPlan;
import io.pairstream.augment.KernelAugmentation;
import io.pairstream.augmenter.cuda.CudaDevice;
import io.pairstream.augmenter.cuda.Nvrtc;
import io.pairstream.config.DeviceChoice;
import io.pairstream.ops.ServiceException;
import java.util.Optional;

/// Finds out, before anything is begun, whether a plan's CUDA source files can be run here.
public final class KernelCheck {
  private KernelCheck() {}

  /// What is wrong with a source is said even where there is no GPU to run it on.
  ///
  /// @throws ServiceException (2) if a source does not compile, (3) without the compiler or a GPU
  public static void require(AugmentationPlan plan, DeviceChoice choice) {
    if (plan.kernels().isEmpty()) {
      return;
    }
    Optional<Nvrtc> compiler = Nvrtc.find();
    compiler.ifPresent(there -> plan.kernels().forEach(one -> there.check(one.source())));
    KernelAugmentation first = plan.kernels().getFirst();
    Optional<String> trouble =
        switch (choice) {
          case DeviceChoice.Cpu _ -> Optional.of("--device is cpu; cuda takes the first one");
          case DeviceChoice.Auto _, DeviceChoice.Cuda _ -> CudaDevice.trouble();
        };
    if (trouble.isPresent()) {
      throw noGpu(first, trouble.get());
    }
    if (compiler.isEmpty()) {
      throw Nvrtc.missing();
    }
  }

  static ServiceException noGpu(KernelAugmentation kernel, String why) {
    return ServiceException.environment("augmentation " + kernel.name() + " needs a GPU: " + why);
  }
}
