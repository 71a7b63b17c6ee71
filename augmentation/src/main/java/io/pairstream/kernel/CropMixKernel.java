package io.pairstream.kernel;

import io.pairstream.clip.DType;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.FrameView;
import java.util.List;

/// Crops the frames of a batch, exactly as [io.pairstream.crop.FrameResizer] specifies, and mixes
/// what comes out of it. A kernel belongs to one thread.
public interface CropMixKernel {
  /// Crops each clip.
  ///
  /// @param views of the N clips
  /// @param clips U8 [N,T,H,W,3], backed by an array; overwritten
  void crop(FrameBatch frames, List<FrameView> views, Tensor clips);

  /// Crops each clip and mixes it with its own channels in another order, in one pass.
  ///
  /// @param views of the N clips
  /// @param clips U8 [N,T,H,W,3], backed by an array; overwritten with what [#crop] gives
  /// @param weights of the same N clips
  /// @param augmented what [SwapMixKernel#mix] gives of `clips`; overwritten
  void cropAndMix(
      FrameBatch frames, List<FrameView> views, Tensor clips, MixWeights weights, Tensor augmented);

  /// Fails with a sentence unless the arguments of [#crop] belong together.
  static void check(FrameBatch frames, List<FrameView> views, Tensor clips) {
    FrameView.Box window = views.getFirst().window();
    Shape want =
        Shape.of(
            frames.clips(), frames.frameIndex().shape().dim(1), window.height(), window.width(), 3);
    if (clips.dtype() != DType.U8 || !clips.shape().equals(want)) {
      throw new IllegalArgumentException(
          "the clips are %s %s, not U8 %s".formatted(clips.dtype(), clips.shape(), want));
    }
    if (views.size() != frames.clips()) {
      throw new IllegalArgumentException(views.size() + " views for " + frames.clips() + " clips");
    }
    for (int clip = 0; clip < views.size(); clip++) {
      FrameView.Box box = views.get(clip).box();
      if (box.x() + box.width() > frames.width(clip)
          || box.y() + box.height() > frames.height(clip)
          || views.get(clip).window().width() != window.width()
          || views.get(clip).window().height() != window.height()) {
        throw new IllegalArgumentException(
            "%s does not fit clip %d of %dx%d"
                .formatted(views.get(clip), clip, frames.width(clip), frames.height(clip)));
      }
    }
  }
}
