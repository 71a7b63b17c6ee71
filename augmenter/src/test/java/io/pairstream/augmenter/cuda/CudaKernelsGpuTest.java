package io.pairstream.augmenter.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augment.AugmentationPlan;
import io.pairstream.augment.KernelAugmentation;
import io.pairstream.augmenter.PairMaker;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairEncoding;
import io.pairstream.kernel.PlainSwapMix;
import io.pairstream.testing.Require;
import io.pairstream.wire.Batches;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A CUDA source file on a real GPU, compiled by the real compiler.
@Tag("gpu")
class CudaKernelsGpuTest {
  @Test
  void theExampleMakesThePixelsThatItsTextSays() throws Exception {
    String text = "cuda:\"" + Require.root().resolve("examples/cuda/warm.cu") + "\"(most=40.5)";
    ClipBatch clips = Batches.clips(new BatchId(1, 2));
    try (CudaDevice device = CudaDevice.open(0);
        CudaKernels kernels = new CudaKernels(device)) {
      AugmentationPlan plan =
          AugmentationCatalog.load()
              .parse(text)
              .map(one -> one instanceof KernelAugmentation kernel ? kernels.load(kernel) : one);
      PairMaker.Settings settings =
          new PairMaker.Settings(
              CudaKernelsTest.SEED, plan, 1, PairEncoding.U8, Normalization.IMAGENET, "9");
      PairBatch pair = new PairMaker(settings, new PlainSwapMix()).make(clips);
      assertThat(pair.augmented().orElseThrow().data().toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(CudaKernelsTest.warm(clips, 40.5f));
    }
  }
}
