package io.pairstream.wire;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.DType;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/// Small batches of noise for tests.
public final class Batches {
  private Batches() {}

  /// Clips [2,3,4,5,3] of noise.
  public static ClipBatch clips(BatchId id) {
    return new ClipBatch(
        id,
        noise(id, DType.U8, Shape.of(2, 3, 4, 5, 3)),
        Tensor.ofLongs(Shape.of(2), 7, 1),
        Tensor.ofLongs(Shape.of(2, 3), 0, 4, 9, 1, 2, 3),
        List.of("a/ü \"1\".mp4", "b/2.mp4"),
        new ClipBatch.Lineage("test", "segments"));
  }

  /// Frames [3,2,35,3] of noise that are still to be cropped, of 5×7, 7×5 and 3×2 pixels.
  public static FrameBatch frames(BatchId id) {
    return new FrameBatch(
        id,
        new FrameBatch.Frames(
            noise(id, DType.U8, Shape.of(3, 2, 35, 3)),
            Tensor.ofLongs(Shape.of(3, 2), 5, 7, 7, 5, 3, 2),
            Tensor.ofLongs(Shape.of(3), 0, 2, 3)),
        Tensor.ofLongs(Shape.of(3), 7, 1, 0),
        Tensor.ofLongs(Shape.of(3, 2), 0, 4, 9, 1, 2, 3),
        List.of("a/ü \"1\".mp4", "b/2.mp4", "c"),
        new ClipBatch.Lineage("test", "segments"));
  }

  /// The pair of [#clips] with a U8 augmented half and a SwapMix recipe.
  public static PairBatch pairs(BatchId id) {
    ClipBatch clips = clips(id);
    return new PairBatch(
        id,
        clips.frames(),
        Optional.of(noise(id, DType.U8, clips.frames().shape())),
        new PairRecipe.SwapMix("swapmix(beta=1)", List.of(0.25f, 1f), List.of(2, 0, 1)),
        clips.label(),
        Normalization.IMAGENET,
        clips.clipIds(),
        new PairBatch.Lineage(clips.lineage(), "test"));
  }

  /// A tensor of uniform bytes.
  public static Tensor noise(BatchId id, DType dtype, Shape shape) {
    Tensor tensor = Tensor.zeros(dtype, shape);
    CounterRandom draws = CounterRandom.of(1, id, 0, "noise");
    for (long i = 0; i < tensor.data().byteSize(); i++) {
      tensor.data().set(ValueLayout.JAVA_BYTE, i, (byte) draws.nextLong());
    }
    return tensor;
  }
}
