package io.pairstream.augment;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.PairRecipe;

/// `identity`: leaves every batch alone.
public record Identity() implements Augmentation {
  @Override
  public String name() {
    return "identity";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly();
    return this;
  }

  @Override
  public String text() {
    return "identity";
  }

  @Override
  public boolean needsPixels() {
    return false;
  }

  @Override
  public PairRecipe augment(ClipBatch clips, BatchDraws draws, AugmentedPixels result) {
    return new PairRecipe.Identity();
  }
}
