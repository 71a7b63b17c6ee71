package io.pairstream.augmenter.cuda;

import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.kernel.CropMixKernel;
import io.pairstream.kernel.MixFormat;
import io.pairstream.kernel.MixWeights;
import io.pairstream.kernel.SwapMixKernel;
import io.pairstream.ops.ServiceException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// SwapMix on a GPU: the same bytes as [io.pairstream.kernel.PlainSwapMix].
///
/// Unlike other kernels, one serves several threads: each call takes a free lane or makes one, so
/// there are as many as ever computed at the same time.
public final class CudaSwapMix implements SwapMixKernel, AutoCloseable {
  private final CudaDevice device;
  private final ConcurrentLinkedQueue<CudaLane> free = new ConcurrentLinkedQueue<>();

  /// Whose work failed: something of it may still be on its way.
  private final ConcurrentLinkedQueue<CudaLane> broken = new ConcurrentLinkedQueue<>();

  /// @param device stays open for as long as this, and is closed by its owner
  public CudaSwapMix(CudaDevice device) {
    this.device = device;
  }

  @Override
  public String name() {
    return "cuda-" + device.capability();
  }

  /// @throws ServiceException (3) if the GPU fails: nothing of the result is to be used
  @Override
  public void mix(Tensor frames, MixWeights weights, MixFormat format, MemorySegment out) {
    run(job(frames, weights, format, out).parts());
  }

  /// The crop is done on the GPU too, in front of the mix.
  @Override
  public CropMixKernel cropping() {
    return new CudaCropMix(this);
  }

  /// Computes all parts of a batch.
  ///
  /// @throws ServiceException (3) if the GPU fails: nothing of the result is to be used
  void run(List<? extends CudaWork> parts) {
    CudaLane lane = free.poll();
    if (lane == null) {
      lane = new CudaLane(device);
    }
    boolean done = false;
    try {
      lane.run(parts);
      done = true;
    } finally {
      (done ? free : broken).add(lane);
    }
  }

  private static CudaJob job(
      Tensor frames, MixWeights weights, MixFormat format, MemorySegment out) {
    SwapMixKernel.check(frames, weights, format, out);
    Shape shape = frames.shape();
    long groupsOfClip = format.groupsOfClip(shape.dim(1));
    long groups = shape.dim(0) * groupsOfClip;
    long pixels = shape.elements() / 3 / groups;
    if (pixels > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("clips of " + pixels + " pixels are too large");
    }
    return new CudaJob(weights, format, groups, pixels, groupsOfClip, frames.data(), out);
  }

  /// Frees the lanes; no call may be under way.
  @Override
  public void close() {
    List<CudaLane> all = new ArrayList<>(free);
    all.addAll(broken);
    free.clear();
    broken.clear();
    try {
      all.forEach(CudaLane::close);
    } catch (ServiceException e) {
      // The GPU is lost, which whoever computed last was told; its memory goes with the process.
      return;
    }
  }
}
