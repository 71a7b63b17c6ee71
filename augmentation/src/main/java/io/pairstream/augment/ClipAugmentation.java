package io.pairstream.augment;

import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.lang.foreign.MemorySegment;

/// An augmentation that treats each clip for itself: the simplest one to write, and what most of
/// the built-in ones are.
public interface ClipAugmentation extends Augmentation {
  /// Changes one clip, all frames in the same way.
  ///
  /// @param clip to be changed in its place
  /// @param random the clip's own draws
  /// @param workspace scratch memory
  void apply(ClipPixels clip, CounterRandom random, Workspace workspace);

  @Override
  default PairRecipe augment(ClipBatch clips, BatchDraws draws, AugmentedPixels result) {
    boolean copy = result.wouldCopy();
    Tensor pixels = copy ? result.pixels() : result.copied();
    byte[] data = (byte[]) pixels.data().heapBase().orElseThrow();
    Shape shape = pixels.shape();
    int frames = Math.toIntExact(shape.dim(1));
    int height = Math.toIntExact(shape.dim(2));
    int width = Math.toIntExact(shape.dim(3));
    int bytes = frames * height * width * ClipPixels.CHANNELS;
    Workspace workspace = new Workspace();
    for (int i = 0; i < clips.clips(); i++) {
      if (copy) {
        long from = (long) i * bytes;
        MemorySegment.copy(clips.frames().data(), from, pixels.data(), from, bytes);
      }
      // Of a segment on the heap the address is the place in its array.
      int offset = Math.toIntExact(pixels.data().address()) + i * bytes;
      ClipPixels clip = new ClipPixels(data, offset, frames, height, width);
      apply(clip, draws.clip(i, name()), workspace);
    }
    return new PairRecipe.Opaque(text());
  }
}
