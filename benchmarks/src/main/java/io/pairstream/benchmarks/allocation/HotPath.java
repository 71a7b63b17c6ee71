package io.pairstream.benchmarks.allocation;

import io.pairstream.augmenter.PairMaker;
import io.pairstream.augmenter.RefusedBatchException;
import io.pairstream.augmenter.augment.AugmentationCatalog;
import io.pairstream.augmenter.kernel.MixWeights;
import io.pairstream.augmenter.kernel.SwapMixKernel;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.clip.Recipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
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

/// A batch of 8 clips of 8×224×224 through a kernel into a given result, and through a whole
/// [PairMaker], which makes the place for it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 1)
public class HotPath {
  static final int CLIPS = 8;
  private static final Shape SHAPE = Shape.of(CLIPS, 8, 224, 224, 3);

  /// What is done to the batch.
  public enum Work {
    KERNEL_U8,
    KERNEL_F16,
    PAIR_U8,
    PAIR_F16,
    PAIR_RECIPE
  }

  @Param public Work work = Work.KERNEL_U8;

  private final SwapMixKernel kernel = SwapMixKernel.fastest();
  private final ClipBatch clips = noise();
  private final Recipe.SwapMix recipe =
      new Recipe.SwapMix(
          "swapmix(beta=1)", Collections.nCopies(CLIPS, 0.3f), java.util.List.of(1, 2, 0));
  private final MixWeights toPixels = MixWeights.fold(recipe, Normalization.IMAGENET, DType.U8);
  private final MixWeights toHalves = MixWeights.fold(recipe, Normalization.IMAGENET, DType.F16);
  private final Tensor pixels = Tensor.zeros(DType.U8, SHAPE);
  private final Tensor halves = Tensor.zeros(DType.F16, SHAPE);
  private PairMaker maker = maker(PairEncoding.U8);

  @Setup
  public void chooseEncoding() {
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
        kernel.mix(clips.frames(), toPixels, pixels);
        yield pixels;
      }
      case KERNEL_F16 -> {
        kernel.mix(clips.frames(), toHalves, halves);
        yield halves;
      }
      case PAIR_U8, PAIR_F16, PAIR_RECIPE -> maker.make(clips);
    };
  }

  /// What the augmented half that is made takes itself.
  static long recordBytes(Work work) {
    return switch (work) {
      case KERNEL_U8, KERNEL_F16, PAIR_RECIPE -> 0;
      case PAIR_U8 -> SHAPE.elements();
      case PAIR_F16 -> 2 * SHAPE.elements();
    };
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

  private static ClipBatch noise() {
    byte[] bytes = new byte[(int) SHAPE.elements()];
    new Random(0).nextBytes(bytes);
    return new ClipBatch(
        new BatchId(0, 0),
        new Tensor(DType.U8, SHAPE, MemorySegment.ofArray(bytes)),
        Tensor.zeros(DType.I64, Shape.of(CLIPS)),
        Tensor.zeros(DType.I64, Shape.of(CLIPS, 8)),
        Collections.nCopies(CLIPS, "noise"),
        new ClipBatch.Lineage("benchmark", "none"));
  }
}
