package io.pairstream.augment;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The place for what an augmentation makes of a batch: made when it is asked for, so that a recipe
/// costs no memory. Belongs to the thread that augments the batch.
public final class AugmentedPixels {
  private final ClipBatch clips;
  private final boolean changeable;
  private @Nullable Tensor pixels;

  public AugmentedPixels(ClipBatch clips) {
    this(clips, false);
  }

  /// @param changeable whether the clips' own frames, which an augmentation before this one made,
  ///   may be changed
  public AugmentedPixels(ClipBatch clips, boolean changeable) {
    this.clips = clips;
    this.changeable = changeable;
  }

  /// U8 of the shape of the clips' frames, [N,T,H,W,3] RGB, black at first, to be written.
  public Tensor pixels() {
    Tensor made = pixels;
    if (made == null) {
      made = Tensor.zeros(DType.U8, clips.frames().shape());
      pixels = made;
    }
    return made;
  }

  /// U8 [N,T,H,W,3] RGB that holds the clips' frames at first, to be changed: for augmentations
  /// that work in place. Lies on the heap.
  public Tensor copied() {
    Tensor made = pixels;
    if (made == null) {
      if (inPlace()) {
        made = clips.frames();
      } else {
        made = Tensor.zeros(DType.U8, clips.frames().shape());
        MemorySegment.copy(clips.frames().data(), 0, made.data(), 0, made.data().byteSize());
      }
      pixels = made;
    }
    return made;
  }

  /// Whether [#copied] would copy: who asks for [#pixels] instead copies a clip when its turn
  /// comes, and then finds it in the cache.
  boolean wouldCopy() {
    return pixels == null && !inPlace();
  }

  private boolean inPlace() {
    return changeable && clips.frames().data().heapBase().isPresent();
  }

  /// Takes pixels that the augmentation has somewhere else.
  ///
  /// @throws IllegalArgumentException unless they are U8 of the shape of the clips' frames
  public void put(Tensor result) {
    if (result.dtype() != DType.U8 || !result.shape().equals(clips.frames().shape())) {
      throw new IllegalArgumentException(
          "the result is "
              + result.dtype()
              + " "
              + result.shape()
              + ", not U8 "
              + clips.frames().shape());
    }
    boolean shared =
        result.data().asOverlappingSlice(clips.frames().data()).isPresent() && !changeable;
    // Who comes after may change what is put here, but not the clips.
    pixels = shared ? copied() : result;
  }

  /// The pixels, if there are any.
  public Optional<Tensor> written() {
    return Optional.ofNullable(pixels);
  }
}
