package io.pairstream.trainer;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Pair batches of random pixels for tests.
public final class Pairs {
  private Pairs() {}

  /// Clips of 4 frames of 16×16 with labels below 3, and a SwapMix recipe.
  public static PairBatch recipe(long number, int clips) {
    return recipe(number, clips, 16);
  }

  /// The same with clips of another height and width.
  static PairBatch recipe(long number, int clips, int side) {
    BatchId id = new BatchId(0, number);
    CounterRandom random = CounterRandom.of(7, id, 0, "test");
    Tensor original = Tensor.zeros(DType.U8, Shape.of(clips, 4, side, side, 3));
    for (long i = 0; i < original.data().byteSize(); i++) {
      original.data().set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(256));
    }
    long[] labels = new long[clips];
    List<Float> weights = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < clips; i++) {
      labels[i] = random.nextInt(3);
      weights.add((float) random.nextDouble());
      ids.add("clip" + i);
    }
    return new PairBatch(
        id,
        original,
        Optional.empty(),
        new PairRecipe.SwapMix("swapmix", weights, List.of(2, 0, 1)),
        Tensor.ofLongs(Shape.of(clips), labels),
        Normalization.IMAGENET,
        ids,
        new PairBatch.Lineage(new ClipBatch.Lineage("test", "test"), "test"));
  }

  /// The same batch with another recipe and augmented half.
  static PairBatch with(PairBatch batch, PairRecipe recipe, Optional<Tensor> augmented) {
    return new PairBatch(
        batch.id(),
        batch.original(),
        augmented,
        recipe,
        batch.label(),
        batch.normalization(),
        batch.clipIds(),
        batch.lineage());
  }
}
