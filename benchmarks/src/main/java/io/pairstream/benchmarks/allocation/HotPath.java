package io.pairstream.benchmarks.allocation;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augmenter.PairMaker;
import io.pairstream.augmenter.RefusedBatchException;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.kernel.MixWeights;
import io.pairstream.kernel.SwapMixKernel;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A batch of clips of 8×112×112 through a kernel into a given result, and through a whole
/// [PairMaker] into a record.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 1)
public class HotPath {
  /// How many clips, in two batches whose difference is what a clip takes.
  static final int FEW = 8;

  static final int MANY = 32;

  /// What is done to the batch.
  public enum Work {
    KERNEL_U8,
    KERNEL_F16,
    PAIR_U8,
    PAIR_F16,
    PAIR_RECIPE
  }

  @Param public Work work = Work.KERNEL_U8;

  @Param({"" + FEW, "" + MANY})
  public int clips = FEW;

  private final SwapMixKernel kernel = SwapMixKernel.fastest();
  private Batch batch = new Batch(FEW);
  private PairMaker maker = maker(PairEncoding.U8);

  @Setup
  public void choose() {
    batch = new Batch(clips);
    maker =
        maker(
            switch (work) {
              case KERNEL_U8, KERNEL_F16, PAIR_U8 -> PairEncoding.U8;
              case PAIR_F16 -> PairEncoding.F16;
              case PAIR_RECIPE -> PairEncoding.RECIPE;
            });
  }

  @Benchmark
  public Object batch() throws RefusedBatchException {
    return switch (work) {
      case KERNEL_U8 -> {
        kernel.mix(batch.clips.frames(), batch.toPixels, batch.pixels);
        yield batch.pixels;
      }
      case KERNEL_F16 -> {
        kernel.mix(batch.clips.frames(), batch.toHalves, batch.halves);
        yield batch.halves;
      }
      case PAIR_U8, PAIR_F16, PAIR_RECIPE -> maker.record(batch.clips);
    };
  }

  /// What the record that is made takes itself.
  static long recordBytes(Work work, int clips) throws RefusedBatchException {
    HotPath path = new HotPath();
    path.work = work;
    path.clips = clips;
    path.choose();
    return path.batch() instanceof byte[] record ? record.length : 0;
  }

  private PairMaker maker(PairEncoding encoding) {
    return new PairMaker(
        new PairMaker.Settings(
            0,
            AugmentationCatalog.load().parse("swapmix(beta=1)"),
            1,
            encoding,
            Normalization.IMAGENET,
            "benchmark"),
        kernel);
  }

  /// A batch and what a kernel needs for it.
  private static final class Batch {
    final ClipBatch clips;
    final MixWeights toPixels;
    final MixWeights toHalves;
    final Tensor pixels;
    final Tensor halves;

    Batch(int many) {
      Shape shape = Shape.of(many, 8, 112, 112, 3);
      byte[] bytes = new byte[(int) shape.elements()];
      new Random(0).nextBytes(bytes);
      clips =
          new ClipBatch(
              new BatchId(0, 0),
              new Tensor(DType.U8, shape, MemorySegment.ofArray(bytes)),
              Tensor.zeros(DType.I64, Shape.of(many)),
              Tensor.zeros(DType.I64, Shape.of(many, 8)),
              Collections.nCopies(many, "noise"),
              new ClipBatch.Lineage("benchmark", "none"));
      PairRecipe.SwapMix recipe =
          new PairRecipe.SwapMix(
              "swapmix(beta=1)", Collections.nCopies(many, 0.3f), java.util.List.of(1, 2, 0));
      toPixels = MixWeights.fold(recipe, Normalization.IMAGENET, DType.U8);
      toHalves = MixWeights.fold(recipe, Normalization.IMAGENET, DType.F16);
      pixels = Tensor.zeros(DType.U8, shape);
      halves = Tensor.zeros(DType.F16, shape);
    }
  }
}
