package io.pairstream.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.pairstream.config.DeviceChoice;
import io.pairstream.trainer.torch.TorchDevice.Gpus;
import org.junit.jupiter.api.Test;

class TorchDeviceTest {
  private static final Gpus NONE =
      new Gpus(
          "2.7.1",
          false,
          () -> {
            throw new AssertionError("a libtorch without GPUs was asked for their number");
          });
  private static final Gpus TWO = new Gpus("2.7.1", true, () -> 2);

  @Test
  void theProcessorNeedsNothing() {
    TorchDevice device = TorchDevice.of(new DeviceChoice.Cpu(), NONE);
    assertThat(device.text()).isEqualTo("cpu");
    assertThat(device.note()).isEmpty();
  }

  @Test
  void aGpuWithoutItsNativesIsRefusedWithWhatIsMissing() {
    assertThatThrownBy(() -> TorchDevice.of(new DeviceChoice.Cuda(0), NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("cuda:0 cannot train: this libtorch 2.7.1 is for the CPU only")
        .hasMessageContaining("PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR");
  }

  @Test
  void aGpuThatIsNotThereIsRefused() {
    assertThat(TorchDevice.of(new DeviceChoice.Cuda(1), TWO).text()).isEqualTo("cuda:1");
    assertThatThrownBy(() -> TorchDevice.of(new DeviceChoice.Cuda(2), TWO))
        .hasMessage("cuda:2 cannot train: libtorch 2.7.1 sees 2 GPUs here");
  }

  @Test
  void autoTakesTheFirstGpuOrSaysWhyNot() {
    assertThat(TorchDevice.of(new DeviceChoice.Auto(), TWO).text()).isEqualTo("cuda:0");
    TorchDevice fallen = TorchDevice.of(new DeviceChoice.Auto(), NONE);
    assertThat(fallen.text()).isEqualTo("cpu");
    assertThat(fallen.note().orElseThrow())
        .startsWith("training on the CPU: this libtorch 2.7.1 is for the CPU only");
  }

  @Test
  void theNativesOfTheBuildGiveManagersOnTheProcessor() {
    TorchRuntime runtime = TorchRuntime.start(1);
    try (NDManager manager = runtime.device(new DeviceChoice.Cpu()).newManager()) {
      assertThat(manager.getDevice().isGpu()).isFalse();
    }
  }
}
