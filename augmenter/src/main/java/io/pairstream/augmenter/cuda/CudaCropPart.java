package io.pairstream.augmenter.cuda;

import io.pairstream.clip.Tensor;
import io.pairstream.crop.FrameView;
import java.lang.foreign.MemorySegment;

/// Some frames of one clip, cropped and mixed on the GPU. In go the weights, the tables of both
/// axes and of each frame the part that matters; out come the cropped frames and the mixed ones.
///
/// @param job that it is of
/// @param filters of the clip
/// @param firstFrame where it begins in the clip
/// @param frames how many
record CudaCropPart(CudaCropJob job, CudaCropJob.Filters filters, long firstFrame, long frames)
    implements CudaWork {
  private static final int CHANNELS = 3;

  private long acrossAt() {
    return CudaJob.WEIGHT_BYTES;
  }

  private long downAt() {
    return acrossAt() + filters.across().bytes();
  }

  private long framesAt() {
    return CudaJob.aligned(downAt() + filters.down().bytes());
  }

  @Override
  public long inBytes() {
    return framesAt() + frames * filters.frameBytes();
  }

  private long croppedBytes() {
    return frames * filters.croppedBytes();
  }

  private long augmentedAt() {
    return CudaJob.aligned(croppedBytes());
  }

  private long augmentedBytes() {
    return job.mixed().map(m -> croppedBytes() * m.weights().output().bytes()).orElse(0L);
  }

  @Override
  public long outBytes() {
    return augmentedAt() + augmentedBytes();
  }

  /// The narrowed rows lie behind what comes out.
  @Override
  public long writtenBytes() {
    return outBytes() + frames * filters.narrowedBytes();
  }

  @Override
  public void fill(MemorySegment buffer) {
    job.mixed().ifPresent(m -> CudaJob.fillWeights(m.weights(), filters.clip(), buffer));
    filters.across().fill(buffer.asSlice(acrossAt(), filters.across().bytes()));
    filters.down().fill(buffer.asSlice(downAt(), filters.down().bytes()));
    int clip = filters.clip();
    FrameView.Box box = job.views().get(clip).box();
    MemorySegment pixels = job.frames().frames().pixels().row(clip).data();
    long room = CHANNELS * job.frames().frames().pixels().shape().dim(2);
    long stride = (long) CHANNELS * job.frames().width(clip);
    long corner =
        (box.y() + filters.down().from()) * stride
            + (long) CHANNELS * (box.x() + filters.across().from());
    long rowBytes = (long) CHANNELS * filters.across().inputs();
    long to = framesAt();
    for (long frame = firstFrame; frame < firstFrame + frames; frame++) {
      for (int row = 0; row < filters.down().inputs(); row++) {
        long from = frame * room + corner + row * stride;
        MemorySegment.copy(pixels, from, buffer, to, rowBytes);
        to += rowBytes;
      }
    }
  }

  @Override
  public void launch(CudaSlot slot, long in, long out) {
    CudaCropAxis across = filters.across();
    CudaCropAxis down = filters.down();
    long[] crop = {
      in + framesAt(),
      out + outBytes(),
      out,
      out + augmentedAt(),
      in + acrossAt(),
      in + downAt(),
      in,
      frames,
      down.inputs(),
      across.inputs(),
      down.outputs(),
      across.outputs(),
      across.weights().taps(),
      down.weights().taps()
    };
    long narrowed = frames * filters.narrowedBytes() / CHANNELS;
    slot.launchEach(CudaDevice.CROP_ROWS, narrowed, crop);
    String columns =
        job.mixed()
            .map(m -> CudaDevice.cropFunction(m.weights().interleaved()))
            .orElse(CudaDevice.CROP_COLUMNS);
    slot.launchEach(columns, croppedBytes() / CHANNELS, crop);
  }

  @Override
  public void collect(MemorySegment buffer) {
    take(buffer, 0, job.clips());
    job.mixed().ifPresent(m -> take(buffer, augmentedAt(), m.augmented()));
  }

  /// Takes frames to their place in a tensor [N,T,H,W,3].
  private void take(MemorySegment buffer, long from, Tensor tensor) {
    long frameBytes = filters.croppedBytes() * tensor.dtype().bytes();
    MemorySegment clip = tensor.row(filters.clip()).data();
    MemorySegment.copy(buffer, from, clip, firstFrame * frameBytes, frames * frameBytes);
  }
}
