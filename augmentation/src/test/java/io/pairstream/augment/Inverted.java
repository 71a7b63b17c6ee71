package io.pairstream.augment;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.PairRecipe;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A plug-in as somebody else would write it: `inverted` turns every colour into its complement.
public record Inverted() implements Augmentation {
  @Override
  public String name() {
    return "inverted";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly();
    return this;
  }

  @Override
  public String text() {
    return "inverted";
  }

  @Override
  public PairRecipe augment(ClipBatch clips, BatchDraws draws, AugmentedPixels result) {
    MemorySegment in = clips.frames().data();
    MemorySegment out = result.pixels().data();
    for (long i = 0; i < in.byteSize(); i++) {
      out.set(ValueLayout.JAVA_BYTE, i, (byte) ~in.get(ValueLayout.JAVA_BYTE, i));
    }
    return new PairRecipe.Opaque(text());
  }
}
