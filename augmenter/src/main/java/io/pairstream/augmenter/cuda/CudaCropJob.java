package io.pairstream.augmenter.cuda;

import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.FrameResizer;
import io.pairstream.crop.FrameView;
import io.pairstream.kernel.MixWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One batch to be cropped, cut into frames of one clip that fit a buffer.
///
/// @param frames of the N clips
/// @param views of the N clips
/// @param clips U8 [N,T,H,W,3], what the frames are cropped to
/// @param mixed what is made of the clips, if anything is
record CudaCropJob(FrameBatch frames, List<FrameView> views, Tensor clips, Optional<Mixed> mixed) {

  /// What is made of cropped clips.
  ///
  /// @param weights of the N clips
  /// @param augmented the result, in the layout of the clips
  record Mixed(MixWeights weights, Tensor augmented) {}

  /// How the frames of one clip are cropped.
  ///
  /// @param clip its number in the batch
  /// @param across the filter along rows, mirrored if the view is
  /// @param down the filter along columns
  record Filters(int clip, CudaCropAxis across, CudaCropAxis down) {
    private static final long CHANNELS = 3;

    /// Bytes of the part of a frame that matters.
    long frameBytes() {
      return CHANNELS * across.inputs() * down.inputs();
    }

    /// Bytes of those rows at the clip's width.
    long narrowedBytes() {
      return CHANNELS * across.outputs() * down.inputs();
    }

    /// Bytes of a frame of the clip.
    long croppedBytes() {
      return CHANNELS * across.outputs() * down.outputs();
    }

    /// How many of a clip's frames make a part.
    ///
    /// @param bytes that frames, rows on their way and results may each have, unless one frame has
    ///   more
    long framesOfPart(long bytes) {
      long largest = Math.max(frameBytes(), Math.max(narrowedBytes(), croppedBytes()));
      return Math.max(1, bytes / largest);
    }
  }

  /// The work that the job is.
  List<CudaWork> parts() {
    long bytes = CudaLane.partBytes(frames.frames().pixels().data().byteSize());
    long frameCount = clips.shape().dim(1);
    List<CudaWork> parts = new ArrayList<>();
    for (int clip = 0; clip < frames.clips(); clip++) {
      FrameResizer resizer = new FrameResizer(views.get(clip));
      Filters filters =
          new Filters(clip, CudaCropAxis.of(resizer.across()), CudaCropAxis.of(resizer.down()));
      long most = filters.framesOfPart(bytes);
      for (long frame = 0; frame < frameCount; frame += most) {
        parts.add(new CudaCropPart(this, filters, frame, Math.min(most, frameCount - frame)));
      }
    }
    return parts;
  }
}
