package io.pairstream.augmenter.augment;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.Recipe;
import io.pairstream.ops.ServiceException;
import java.util.List;

/// A plug-in that goes wrong: batch 1 by its bytes, batch 2 by the moment, batch 3 and 4 by what it
/// returns; it leaves the other batches alone.
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
  public Recipe augment(ClipBatch clips, BatchDraws draws, AugmentedPixels result) {
    return switch ((int) clips.id().batch()) {
      case 1 -> throw new IllegalStateException("too dark");
      case 2 -> throw ServiceException.environment("the device is gone");
      case 3 -> new Recipe.Opaque(text());
      case 4 -> new Recipe.SwapMix(text(), List.of(1f), List.of(1, 0, 2));
      default -> new Recipe.Identity();
    };
  }
}
