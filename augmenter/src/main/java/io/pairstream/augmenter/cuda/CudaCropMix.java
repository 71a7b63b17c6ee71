package io.pairstream.augmenter.cuda;

import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.FrameView;
import io.pairstream.kernel.CropMixKernel;
import io.pairstream.kernel.MixWeights;
import io.pairstream.kernel.SwapMixKernel;
import java.util.List;
import java.util.Optional;

/// Crops on a GPU and mixes there what comes out of it: both halves of a pair in one way through
/// the GPU, the same bytes as the processor's.
final class CudaCropMix implements CropMixKernel {
  private final CudaSwapMix gpu;

  CudaCropMix(CudaSwapMix gpu) {
    this.gpu = gpu;
  }

  /// @throws io.pairstream.ops.ServiceException (3) if the GPU fails: nothing of the result is to
  ///   be used
  @Override
  public void crop(FrameBatch frames, List<FrameView> views, Tensor clips) {
    CropMixKernel.check(frames, views, clips);
    gpu.run(new CudaCropJob(frames, views, clips, Optional.empty()).parts());
  }

  /// @throws io.pairstream.ops.ServiceException (3) if the GPU fails: nothing of the result is to
  ///   be used
  @Override
  public void cropAndMix(
      FrameBatch frames,
      List<FrameView> views,
      Tensor clips,
      MixWeights weights,
      Tensor augmented) {
    CropMixKernel.check(frames, views, clips);
    SwapMixKernel.check(clips, weights, augmented);
    SwapMixKernel.check(clips, weights, weights.interleaved(), augmented.data());
    CudaCropJob.Mixed mixed = new CudaCropJob.Mixed(weights, augmented);
    gpu.run(new CudaCropJob(frames, views, clips, Optional.of(mixed)).parts());
  }
}
