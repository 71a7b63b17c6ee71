package io.pairstream.clip;

import java.util.List;

/// A batch of clips that are still to be cropped: their frames, each clip's of its own size.
///
/// @param id epoch and batch
/// @param frames of the N clips
/// @param label I64 [N], the class of each clip
/// @param frameIndex I64 [N,T], which frame of its video each frame is, from 0
/// @param clipIds N names, for people
/// @param lineage where the bytes come from, for people
public record FrameBatch(
    BatchId id,
    Frames frames,
    Tensor label,
    Tensor frameIndex,
    List<String> clipIds,
    ClipBatch.Lineage lineage)
    implements SentBatch {

  /// Frames of several sizes in one tensor.
  ///
  /// @param pixels U8 [N,T,P,3] RGB: of each frame its rows one after the other, and zeros behind
  ///   them; P is what the largest frame takes
  /// @param size I64 [N,2], height and width of each clip's frames
  /// @param place I64 [N], each clip's place in its batch, from 0, before those that could not be
  ///   decoded were left out: its crop is drawn by it
  public record Frames(Tensor pixels, Tensor size, Tensor place) {
    public Frames {
      Shape shape = pixels.shape();
      if (pixels.dtype() != DType.U8
          || shape.rank() != 4
          || shape.dim(3) != 3
          || shape.elements() == 0) {
        throw new IllegalArgumentException(
            "tensor 'frames' is " + pixels.dtype() + " " + shape + ", not U8 [N,T,P,3]");
      }
      long n = shape.dim(0);
      Layout.require("frame_size", size, DType.I64, Shape.of(n, 2));
      Layout.require("place", place, DType.I64, Shape.of(n));
      requireFit(size, shape.dim(2));
      for (long i = 0; i < n; i++) {
        if (place.longAt(i) <= (i == 0 ? -1 : place.longAt(i - 1))
            || place.longAt(i) > Integer.MAX_VALUE) {
          throw new IllegalArgumentException(
              "tensor 'place' has " + place.longAt(i) + " at " + i + ": places ascend from 0");
        }
      }
    }

    private static void requireFit(Tensor size, long room) {
      long largest = 0;
      for (long i = 0; i < size.shape().dim(0); i++) {
        long height = size.longAt(2 * i);
        long width = size.longAt(2 * i + 1);
        if (height < 1 || width < 1 || width > room || height > room / width) {
          throw new IllegalArgumentException(
              "tensor 'frame_size': clip %d is %d high and %d wide, not within %d pixels"
                  .formatted(i, height, width, room));
        }
        largest = Math.max(largest, height * width);
      }
      if (largest != room) {
        throw new IllegalArgumentException(
            "tensor 'frames' has room for %d pixels, the largest frame has %d"
                .formatted(room, largest));
      }
    }
  }

  public FrameBatch {
    clipIds = List.copyOf(clipIds);
    Layout.requireClips(frames.pixels().shape(), label, frameIndex, clipIds);
  }

  /// N, the number of clips.
  @Override
  public int clips() {
    return Math.toIntExact(frames.pixels().shape().dim(0));
  }

  /// Height of a clip's frames, in pixels.
  public int height(int clip) {
    return (int) frames.size().longAt(2L * clip);
  }

  /// Width of a clip's frames, in pixels.
  public int width(int clip) {
    return (int) frames.size().longAt(2L * clip + 1);
  }

  /// The batch with what its frames were cropped to.
  ///
  /// @param clips U8 [N,T,H,W,3]
  public ClipBatch cropped(Tensor clips) {
    return new ClipBatch(id, clips, label, frameIndex, clipIds, lineage);
  }
}
