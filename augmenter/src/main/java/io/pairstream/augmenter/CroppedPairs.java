package io.pairstream.augmenter;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.DType;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.CropPlan;
import io.pairstream.crop.FrameView;
import io.pairstream.crop.Size;
import io.pairstream.kernel.CropMixKernel;
import io.pairstream.kernel.MixFormat;
import io.pairstream.kernel.MixWeights;
import io.pairstream.kernel.SwapMixKernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes pairs of clips that are still to be cropped: [PairMaker] behind a crop. Where SwapMix is
/// all that follows, both are one pass over the frames.
///
/// The views are drawn as a producer draws them, so that of frames as they were decoded the pairs
/// are byte for byte those of a run that crops at the producer. Belongs to one thread.
public final class CroppedPairs {
  private final long seed;
  private final CropPlan plan;
  private final Size size;
  private final CropMixKernel cropping;
  private final SwapMixKernel mixing;
  private final boolean drawsOnly;
  private final PairMaker maker;

  /// The crop that is still to be done.
  private Optional<Crop> pending = Optional.empty();

  /// A crop of a batch.
  ///
  /// @param clips where it goes
  private record Crop(FrameBatch frames, List<FrameView> views, Tensor clips) {}

  /// @param plan how clips are cropped
  /// @param size of a clip
  public CroppedPairs(PairMaker.Settings settings, CropPlan plan, Size size, SwapMixKernel kernel) {
    this.seed = settings.seed();
    this.plan = plan;
    this.size = size;
    this.mixing = kernel;
    this.cropping = kernel.cropping();
    this.drawsOnly = settings.augmentation().drawsOnly();
    this.maker = new PairMaker(settings, new LateCrop());
  }

  /// The record's value of the pair of a batch; its original half is what the frames were cropped
  /// to.
  ///
  /// @throws RefusedBatchException if it cannot be cropped or augmented, ever
  public byte[] record(FrameBatch frames) throws RefusedBatchException {
    long t = frames.frameIndex().shape().dim(1);
    Shape shape = Shape.of(frames.clips(), t, size.height(), size.width(), 3);
    Tensor room = Tensor.zeros(DType.U8, shape);
    ClipBatch clips = frames.cropped(room);
    pending = Optional.of(new Crop(frames, views(frames), room));
    try {
      if (!drawsOnly) {
        crop();
      }
      PairMaker.Planned planned = maker.plan(clips);
      if (planned.half().isEmpty()) {
        crop();
      }
      return maker.record(planned);
    } finally {
      pending = Optional.empty();
    }
  }

  private List<FrameView> views(FrameBatch frames) throws RefusedBatchException {
    List<FrameView> views = new ArrayList<>();
    for (int clip = 0; clip < frames.clips(); clip++) {
      long place = frames.frames().place().longAt(clip);
      Size frame = new Size(frames.width(clip), frames.height(clip));
      try {
        views.add(
            plan.training(
                frame, size, purpose -> CounterRandom.of(seed, frames.id(), place, purpose)));
      } catch (IllegalArgumentException e) {
        throw new RefusedBatchException(
            "a frame of " + frame + " cannot be cropped to " + size + ": " + e.getMessage(), e);
      }
    }
    return views;
  }

  /// Does the crop that is still to be done.
  private void crop() {
    pending.ifPresent(crop -> cropping.crop(crop.frames(), crop.views(), crop.clips()));
    pending = Optional.empty();
  }

  /// Mixes as the kernel does, with the crop that is still to be done in the same pass.
  private final class LateCrop implements SwapMixKernel {
    @Override
    public void mix(Tensor frames, MixWeights weights, Tensor augmented) {
      if (pending.isEmpty()) {
        mixing.mix(frames, weights, augmented);
        return;
      }
      Crop crop = pending.get();
      cropping.cropAndMix(crop.frames(), crop.views(), crop.clips(), weights, augmented);
      pending = Optional.empty();
    }

    @Override
    public void mix(Tensor frames, MixWeights weights, MixFormat format, MemorySegment out) {
      crop();
      mixing.mix(frames, weights, format, out);
    }

    @Override
    public CropMixKernel cropping() {
      return cropping;
    }

    @Override
    public String name() {
      return mixing.name();
    }
  }
}
