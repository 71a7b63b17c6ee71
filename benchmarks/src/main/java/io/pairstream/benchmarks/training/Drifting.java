package io.pairstream.benchmarks.training;

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
import java.util.Collections;
import java.util.Optional;

/// Pair batches of coloured waves that drift, other ones in each clip. In noise a deep net finds
/// all clips alike, and gradients become those of rounding errors.
final class Drifting {
  private Drifting() {}

  /// A batch of clips and of others in the place of their augmented selves.
  ///
  /// @param shape U8 [N,T,H,W,3]
  /// @param classes labels lie below it
  static PairBatch pair(long number, Shape shape, int classes) {
    BatchId id = new BatchId(0, number);
    CounterRandom draws = CounterRandom.of(1, id, CounterRandom.WHOLE_BATCH, "waves");
    int clips = Math.toIntExact(shape.dim(0));
    long[] labels = new long[clips];
    java.util.Arrays.setAll(labels, _ -> draws.nextInt(classes));
    return new PairBatch(
        id,
        pixels(shape, draws),
        Optional.of(pixels(shape, draws)),
        new PairRecipe.Opaque("waves"),
        Tensor.ofLongs(Shape.of(clips), labels),
        Normalization.IMAGENET,
        Collections.nCopies(clips, "waves"),
        new PairBatch.Lineage(new ClipBatch.Lineage("benchmark", "none"), "benchmark"));
  }

  private static Tensor pixels(Shape shape, CounterRandom draws) {
    Tensor tensor = Tensor.zeros(DType.U8, shape);
    int height = Math.toIntExact(shape.dim(2));
    int width = Math.toIntExact(shape.dim(3));
    long at = 0;
    for (long clip = 0; clip < shape.dim(0); clip++) {
      double[] wave =
          java.util.stream.DoubleStream.generate(() -> draws.nextDouble() - 0.5)
              .limit(12)
              .toArray();
      for (long t = 0; t < shape.dim(1); t++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            for (int c = 0; c < 3; c++) {
              double angle = wave[c] * x + wave[3 + c] * y + wave[6 + c] * 4 * t + wave[9 + c] * 6;
              double value = 128 + 90 * Math.sin(angle) + draws.nextInt(33) - 16;
              tensor.data().set(ValueLayout.JAVA_BYTE, at++, (byte) Math.clamp(value, 0, 255));
            }
          }
        }
      }
    }
    return tensor;
  }
}
