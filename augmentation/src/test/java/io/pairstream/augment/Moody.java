package io.pairstream.augment;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import java.util.List;

/// A plug-in that goes wrong: batch 1 by its bytes, batch 2 by the moment, batches 3 to 5 by what
/// it returns, batch 6 because it was built for something else; it leaves the other batches alone.
public record Moody() implements Augmentation {
  @Override
  public String name() {
    return "moody";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    return this;
  }

  @Override
  public String text() {
    return "moody";
  }

  @Override
  public PairRecipe augment(ClipBatch clips, BatchDraws draws, AugmentedPixels result) {
    return switch ((int) clips.id().batch()) {
      case 1 -> throw new IllegalStateException("too dark");
      case 2 -> throw ServiceException.environment("the device is gone");
      case 3 -> new PairRecipe.Opaque(text());
      case 4 -> new PairRecipe.SwapMix(text(), List.of(1f), List.of(1, 0, 2));
      case 5 -> {
        result.put(Tensor.zeros(DType.U8, Shape.of(1, 1, 1, 1, 3)));
        yield new PairRecipe.Opaque(text());
      }
      case 6 -> throw new NoSuchMethodError("gone");
      default -> new PairRecipe.Identity();
    };
  }
}
