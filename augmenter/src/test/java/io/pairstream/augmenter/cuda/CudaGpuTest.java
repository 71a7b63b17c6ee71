package io.pairstream.augmenter.cuda;

import io.pairstream.clip.Shape;
import io.pairstream.kernel.MixFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The same on the first real GPU: `mvn verify -Pgpu`.
@Tag("gpu")
class CudaGpuTest extends CudaContract {
  private static CudaDevice device;
  private static CudaSwapMix kernel;

  @BeforeAll
  static void open() {
    device = CudaDevice.open(0);
    kernel = new CudaSwapMix(device);
  }

  @AfterAll
  static void close() {
    kernel.close();
    device.close();
  }

  @Override
  CudaSwapMix kernel() {
    return kernel;
  }

  @Test
  void aBatchOfManyChunksIsPutTogetherAgain() {
    for (MixFormat format : MixFormat.values()) {
      assertRight(Shape.of(16, 8, 224, 224, 3), List.of(1, 2, 0), format);
    }
  }
}
