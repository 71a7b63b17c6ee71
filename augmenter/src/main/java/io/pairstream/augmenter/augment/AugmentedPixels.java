package io.pairstream.augmenter.augment;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.Tensor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The place for what an augmentation makes of a batch: made when it is asked for, so that a recipe
/// costs no memory. Belongs to the thread that augments the batch.
public final class AugmentedPixels {
  private final ClipBatch clips;
  private @Nullable Tensor pixels;

  public AugmentedPixels(ClipBatch clips) {
    this.clips = clips;
  }

  /// U8 of the shape of the clips' frames, [N,T,H,W,3] RGB, black at first.
  public Tensor pixels() {
    Tensor made = pixels;
    if (made == null) {
      made = Tensor.zeros(DType.U8, clips.frames().shape());
      pixels = made;
    }
    return made;
  }

  /// The pixels, if they were asked for.
  public Optional<Tensor> written() {
    return Optional.ofNullable(pixels);
  }
}
