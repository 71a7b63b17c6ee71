package io.pairstream.augmenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augment.AugmentationPlan;
import io.pairstream.augmenter.cuda.FakeCuda;
import io.pairstream.augmenter.cuda.Nvrtc;
import io.pairstream.augmenter.cuda.UserKernel;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairEncoding;
import io.pairstream.config.DeviceChoice;
import io.pairstream.kernel.PlainSwapMix;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.testing.Require;
import io.pairstream.wire.Batches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// CUDA source files from an augmenter's options to its pairs, and what it says where that cannot
/// be.
class KernelDeviceTest {
  private static final Path EXAMPLE = Require.root().resolve("examples/cuda/warm.cu");
  @TempDir private Path folder = Path.of("");

  @Test
  void whatTheRealCompilerMakesGoesToTheDriverAndItsPixelsIntoThePair() throws Exception {
    requireCompiler();
    AugmentationPlan plan = parse(UserKernel.bind(EXAMPLE));
    KernelCheck.require(plan, new DeviceChoice.Auto());
    ClipBatch clips = Batches.clips(new BatchId(0, 0));
    try (AugmenterDevice device = AugmenterDevice.open(new DeviceChoice.Cuda(0))) {
      PairMaker.Settings settings =
          new PairMaker.Settings(
              5, device.ready(plan), 1, PairEncoding.U8, Normalization.IMAGENET, "9");
      PairBatch pair = new PairMaker(settings, new PlainSwapMix()).make(clips);
      assertThat(pair.recipe().augmentation()).isEqualTo(plan.text());
      assertThat(pair.augmented().orElseThrow().contentEquals(clips.frames())).isFalse();
    }
    assertThat(FakeCuda.load().count("modules")).isZero();
  }

  @Test
  void theProcessorRefuses() {
    AugmentationPlan plan = parse("cuda:\"" + EXAMPLE + "\"+swapmix");
    assertThatThrownBy(() -> KernelCheck.require(plan, new DeviceChoice.Cpu()))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
        .hasMessage(
            "augmentation cuda:warm.cu needs a GPU: --device is cpu; cuda takes the first one");
    try (AugmenterDevice device = AugmenterDevice.open(new DeviceChoice.Cpu())) {
      assertThatThrownBy(() -> device.ready(plan))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
          .hasMessage("augmentation cuda:warm.cu needs a GPU: this process has none");
      AugmentationPlan other = parse("choice(swapmix,grayscale)");
      KernelCheck.require(other, new DeviceChoice.Cpu());
      assertThat(device.ready(other)).isEqualTo(other);
    }
  }

  @Test
  void whatIsWrongWithASourceIsSaidEvenWithoutAGpu() throws IOException {
    requireCompiler();
    Path broken = Files.writeString(folder.resolve("broken.cu"), "\nnonsense;\n");
    assertThatThrownBy(() -> KernelCheck.require(parse("cuda:" + broken), new DeviceChoice.Cpu()))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining("CUDA source broken.cu does not compile")
        .hasMessageContaining("broken.cu(2): error: ");
  }

  private static AugmentationPlan parse(String text) {
    return AugmentationCatalog.load().parse(text);
  }

  private static void requireCompiler() {
    if (Nvrtc.find().isEmpty()) {
      throw Require.NVCC.missing("no libnvrtc on this machine");
    }
  }
}
