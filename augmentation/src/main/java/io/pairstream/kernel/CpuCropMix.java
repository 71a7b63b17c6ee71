package io.pairstream.kernel;

import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.FrameView;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;

/// Crops frame by frame on the processor, and mixes each frame while it is still in its cache.
final class CpuCropMix implements CropMixKernel {
  private final SwapMixKernel mix;
  private final Function<FrameView, Resizer> resizers;

  /// Brings the frames of one clip to its view.
  @FunctionalInterface
  interface Resizer {
    /// @see io.pairstream.crop.FrameResizer#resize
    void resize(MemorySegment rgb, long stride, byte[] clip, int offset);
  }

  /// What is done to each frame once it is cropped.
  private interface Frame {
    void accept(int clip, int frame);
  }

  CpuCropMix(SwapMixKernel mix, Function<FrameView, Resizer> resizers) {
    this.mix = mix;
    this.resizers = resizers;
  }

  @Override
  public void crop(FrameBatch frames, List<FrameView> views, Tensor clips) {
    each(frames, views, clips, (clip, frame) -> {});
  }

  @Override
  public void cropAndMix(
      FrameBatch frames,
      List<FrameView> views,
      Tensor clips,
      MixWeights weights,
      Tensor augmented) {
    each(
        frames,
        views,
        clips,
        (clip, frame) ->
            mix.mix(frame(clips, clip, frame), weights.of(clip), frame(augmented, clip, frame)));
  }

  private void each(FrameBatch frames, List<FrameView> views, Tensor clips, Frame then) {
    CropMixKernel.check(frames, views, clips);
    if (!(clips.data().heapBase().orElse(null) instanceof byte[] array)) {
      throw new IllegalArgumentException("the clips are not backed by an array");
    }
    MemorySegment pixels = frames.frames().pixels().data();
    Shape shape = clips.shape();
    long room = 3 * frames.frames().pixels().shape().dim(2);
    int frameBytes = Math.toIntExact(shape.dim(2) * shape.dim(3) * 3);
    int frameOf = 0;
    for (int clip = 0; clip < frames.clips(); clip++) {
      Resizer resizer = resizers.apply(views.get(clip));
      long stride = 3L * frames.width(clip);
      for (int t = 0; t < shape.dim(1); t++) {
        MemorySegment frame = pixels.asSlice(frameOf * room, stride * frames.height(clip));
        int offset = Math.toIntExact(clips.data().address() + (long) frameOf * frameBytes);
        resizer.resize(frame, stride, array, offset);
        then.accept(clip, t);
        frameOf++;
      }
    }
  }

  /// One frame as a clip of its own, [1,1,H,W,3].
  private static Tensor frame(Tensor clips, int clip, int frame) {
    Tensor one = clips.row(clip).row(frame);
    Shape shape = one.shape();
    return new Tensor(
        one.dtype(), Shape.of(1, 1, shape.dim(0), shape.dim(1), shape.dim(2)), one.data());
  }
}
