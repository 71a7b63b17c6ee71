package io.pairstream.augmenter.cuda;

import io.pairstream.augmenter.kernel.MixWeights;
import io.pairstream.augmenter.kernel.SwapMixKernel;
import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// SwapMix on a GPU: the same bytes as [io.pairstream.augmenter.kernel.PlainSwapMix].
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

  @Override
  public void mix(Tensor frames, MixWeights weights, Tensor augmented) {
    SwapMixKernel.check(frames, weights, augmented);
    CudaFormat format =
        switch (weights.output()) {
          case U8 -> CudaFormat.U8;
          case F16 -> CudaFormat.F16;
          case F32 -> CudaFormat.F32;
          case I32, I64, F64 ->
              throw new IllegalArgumentException("no SwapMix to " + weights.output());
        };
    mix(frames, weights, format, augmented.data());
  }

  /// Mixes each clip with its own channels in another order.
  ///
  /// @param frames U8 [N,T,H,W,3]
  /// @param weights of the same N clips: folded for U8 where the format is U8, else for normalised
  ///   values
  /// @param format of the result
  /// @param out the result, exactly as long; overwritten
  /// @throws ServiceException (3) if the GPU fails: nothing of the result is to be used
  public void mix(Tensor frames, MixWeights weights, CudaFormat format, MemorySegment out) {
    CudaJob job = job(frames, weights, format, out);
    CudaLane lane = free.poll();
    if (lane == null) {
      lane = new CudaLane(device);
    }
    boolean done = false;
    try {
      lane.run(job);
      done = true;
    } finally {
      (done ? free : broken).add(lane);
    }
  }

  private static CudaJob job(
      Tensor frames, MixWeights weights, CudaFormat format, MemorySegment out) {
    Shape shape = frames.shape();
    if (frames.dtype() != DType.U8 || shape.rank() != 5 || shape.dim(4) != 3) {
      throw new IllegalArgumentException(
          "frames are " + frames.dtype() + " " + shape + ", not U8 [N,T,H,W,3]");
    }
    if (shape.dim(0) != weights.clips()) {
      throw new IllegalArgumentException(
          "weights of " + weights.clips() + " clips for frames " + shape);
    }
    if ((weights.output() == DType.U8) != (format == CudaFormat.U8)) {
      throw new IllegalArgumentException("weights for " + weights.output() + " make no " + format);
    }
    if (out.byteSize() != shape.elements() * format.bytes()) {
      throw new IllegalArgumentException(
          "the result has %d bytes, %s of %s takes %d"
              .formatted(out.byteSize(), format, shape, shape.elements() * format.bytes()));
    }
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
