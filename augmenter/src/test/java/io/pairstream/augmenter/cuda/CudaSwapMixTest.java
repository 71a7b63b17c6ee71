package io.pairstream.augmenter.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.DType;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Shape;
import io.pairstream.crop.Size;
import io.pairstream.kernel.CroppedBatches;
import io.pairstream.kernel.MixFormat;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The way to the driver and the kernel's own source, on a driver without a GPU.
class CudaSwapMixTest extends CudaContract {
  private static final int OUT_OF_MEMORY = 2;
  private static final int DEVICE_UNAVAILABLE = 46;
  private static final int LAUNCH_FAILED = 719;
  private static final Shape SHAPE = Shape.of(3, 2, 300, 400, 3);

  private static FakeCuda fake;
  private CudaDevice device;
  private CudaSwapMix kernel;

  @BeforeAll
  static void loadTheFake() {
    fake = FakeCuda.load();
  }

  @BeforeEach
  void open() {
    device = CudaDevice.open(0);
    kernel = new CudaSwapMix(device);
    fake.resetMarks();
  }

  @AfterEach
  void nothingIsLeftBehind() {
    kernel.close();
    device.close();
    fake.heal();
    for (String what : List.of("allocations", "streams", "events", "modules", "contexts")) {
      assertThat(fake.count(what)).as(what).isZero();
    }
    assertThat(fake.count("violations")).isZero();
  }

  @Override
  CudaSwapMix kernel() {
    return kernel;
  }

  @Test
  void itSaysWhatItIs() {
    assertThat(device).hasToString("cuda:0 (Fake GPU)");
    assertThat(kernel.name()).isEqualTo("cuda-9.0");
    assertThat(device.driver()).isEqualTo("CUDA 13.0");
    assertThat(CudaDevice.trouble()).isEmpty();
  }

  @Test
  void aClipIsCroppedAndMixedByTwoLaunchesWithoutAWayBackBetween() {
    FrameBatch frames = CroppedBatches.frames(new BatchId(0, 0));
    assertCropsRight(frames, new Size(17, 19), DType.U8);
    assertThat(fake.count("launches")).isEqualTo(2L * frames.clips());
    assertThat(fake.count("busiest")).isEqualTo(2);
    assertThat(fake.count("allocations")).isEqualTo(2 * 2 * 2);
  }

  @Test
  void memoryOnTheDeviceIsBoundedWhereFramesAreCropped() {
    Shape pixels = Shape.of(2, 12, 500 * 400, 3);
    FrameBatch large = CroppedBatches.frames(new BatchId(0, 1), pixels, new Size(500, 400));
    assertCropsRight(large, new Size(160, 120), DType.F16);
    // Each clip in two parts, of which two are on their way: less than the batch's frames alone.
    assertThat(fake.count("launches")).isEqualTo(2L * 2 * 2);
    assertThat(fake.count("peak")).isLessThan(pixels.elements());
  }

  @ParameterizedTest
  @CsvSource({
    "cuMemcpyHtoDAsync, 2",
    "cuLaunchKernel, 1",
    "cuLaunchKernel, 4",
    "cuMemcpyDtoHAsync, 3",
    "cuStreamSynchronize, 1"
  })
  void aCropThatFailsEndsWithExitThreeAndGetsIntoNoOtherBatch(String function, int nth) {
    FrameBatch frames = CroppedBatches.frames(new BatchId(0, 0));
    fake.fail(function, nth, LAUNCH_FAILED, false);
    assertThatThrownBy(() -> assertCropsRight(frames, new Size(17, 19), DType.U8))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
        .hasMessageStartingWith(
            "cuda:0 (Fake GPU) failed (%s: CUDA_ERROR_LAUNCH_FAILED)".formatted(function));
    assertCropsRight(CroppedBatches.frames(new BatchId(0, 2)), new Size(17, 19), DType.U8);
  }

  @Test
  void copiesOfOneChunkOverlapTheKernelOfAnother() {
    assertRight(SHAPE, List.of(1, 2, 0), MixFormat.U8);
    assertThat(fake.count("launches")).isEqualTo(3);
    assertThat(fake.count("busiest")).isEqualTo(2);
  }

  @Test
  void memoryOnTheDeviceIsBounded() {
    Shape small = Shape.of(2, 1, 16, 16, 3);
    for (Shape shape : List.of(small, SHAPE, small, SHAPE)) {
      assertRight(shape, List.of(1, 2, 0), MixFormat.F32);
    }
    // Two chunks on their way, each of at most 1 MiB of pixels and four times as much F32.
    assertThat(fake.count("peak")).isLessThan(2 * (1 + 4) * (1L << 20) + 4096);
    assertThat(fake.count("streams")).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "cuMemcpyHtoDAsync, 1",
    "cuMemcpyHtoDAsync, 3",
    "cuLaunchKernel, 1",
    "cuLaunchKernel, 2",
    "cuMemcpyDtoHAsync, 2",
    "cuStreamSynchronize, 1",
    "cuStreamSynchronize, 3",
    "cuStreamCreate, 2",
    "cuCtxSetCurrent, 2"
  })
  void aFailureEndsWithExitThree(String function, int nth) {
    fake.fail(function, nth, LAUNCH_FAILED, false);
    assertThatThrownBy(() -> assertRight(SHAPE, List.of(1, 2, 0), MixFormat.U8))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
        .hasMessage(
            "cuda:0 (Fake GPU) failed (%s: CUDA_ERROR_LAUNCH_FAILED): the batch was not written;"
                    .formatted(function)
                + " start the augmenter again, or with --device cpu if it stays so");
  }

  @Test
  void whatAFailureLeftOnItsWayNeverGetsIntoAnotherBatch() {
    fake.fail("cuMemcpyDtoHAsync", 2, LAUNCH_FAILED, false);
    assertThatThrownBy(() -> assertRight(SHAPE, List.of(1, 2, 0), MixFormat.U8))
        .isInstanceOf(ServiceException.class);
    assertRight(SHAPE, List.of(2, 1, 0), MixFormat.U8);
  }

  @ParameterizedTest
  @CsvSource({
    "cuMemAlloc, 1",
    "cuMemAlloc, 2",
    "cuMemAlloc, 4",
    "cuMemHostAlloc, 1",
    "cuMemHostAlloc, 3"
  })
  void memoryThatIsNotThereIsSaid(String function, int nth) {
    fake.fail(function, nth, OUT_OF_MEMORY, false);
    assertThatThrownBy(() -> assertRight(SHAPE, List.of(1, 2, 0), MixFormat.U8))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith("cuda:0 (Fake GPU) has no memory left (" + function + " of 72")
        .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY")
        .hasMessageEndingWith("fewer --augmenter-threads take less");
  }

  @Test
  void memoryThatIsNotThereForALargerBatchLeavesNothingFreedTwice() {
    assertRight(Shape.of(1, 1, 8, 8, 3), List.of(1, 2, 0), MixFormat.U8);
    fake.fail("cuMemAlloc", 1, OUT_OF_MEMORY, false);
    assertThatThrownBy(() -> assertRight(SHAPE, List.of(1, 2, 0), MixFormat.U8))
        .isInstanceOf(ServiceException.class);
  }

  @Test
  void aLostGpuIsSaidOnceAndItsOwnersStillClose() {
    fake.fail("cuLaunchKernel", 2, DEVICE_UNAVAILABLE, true);
    assertThatThrownBy(() -> assertRight(SHAPE, List.of(1, 2, 0), MixFormat.U8))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith(
            "cuda:0 (Fake GPU) failed (cuLaunchKernel: CUDA_ERROR_DEVICE_UNAVAILABLE)");
    // What a lost GPU cannot do is no second failure.
    kernel.close();
    device.close();
    // The fake has freed nothing: only now does it let go, as the end of the process would.
    fake.forget();
    open();
  }

  @Test
  void aGpuWithAHigherNumberThanThereAreIsNotThere() {
    assertThatThrownBy(() -> CudaDevice.open(1))
        .isInstanceOf(ServiceException.class)
        .hasMessage("--device cuda:1: this machine has 1, from cuda:0 on");
  }

  @ParameterizedTest
  @CsvSource({
    "cuDevicePrimaryCtxRetain, 999, ' failed (cuDevicePrimaryCtxRetain: CUDA_ERROR_UNKNOWN)'",
    "cuModuleLoadData, 222, ' or its driver cannot run the kernel (cuModuleLoadData: '",
    "cuModuleGetFunction, 500, ' failed (cuModuleGetFunction: '"
  })
  void aGpuThatCannotBeTakenLeavesNothingOpen(String function, int code, String sentence) {
    fake.fail(function, 1, code, false);
    assertThatThrownBy(() -> CudaDevice.open(0))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith("cuda:0 (Fake GPU)" + sentence);
    assertThat(fake.count("modules")).isEqualTo(1);
  }
}
