package io.pairstream.benchmarks.gpu;

import io.pairstream.augmenter.cuda.CudaSwapMix;
import io.pairstream.benchmarks.Benchmark.AgreementException;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.kernel.MixFormat;
import io.pairstream.kernel.MixWeights;
import io.pairstream.kernel.PlainSwapMix;
import io.pairstream.kernel.SwapMixKernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Compares the GPU's results with the plain expression and with the CPU kernel that this JVM would
/// use.
final class GpuAgreement {
  private static final List<List<Integer>> ORDERS =
      List.of(
          List.of(0, 2, 1), List.of(1, 0, 2), List.of(1, 2, 0), List.of(2, 0, 1), List.of(2, 1, 0));

  private static final List<Shape> SHAPES =
      List.of(
          Shape.of(1, 1, 1, 1, 3),
          Shape.of(3, 2, 3, 5, 3),
          Shape.of(2, 4, 33, 31, 3),
          Shape.of(3, 2, 300, 400, 3),
          Shape.of(1, 5, 321, 301, 3),
          Shape.of(9, 8, 112, 112, 3));

  private GpuAgreement() {}

  /// @return how many results were compared
  static int check(CudaSwapMix kernel) throws AgreementException {
    int checked = 0;
    for (Shape shape : SHAPES) {
      Tensor frames = noise(shape);
      for (List<Integer> order : ORDERS) {
        for (MixFormat format : MixFormat.values()) {
          MixWeights weights = weights((int) shape.dim(0), order, format == MixFormat.U8);
          int bytes = (int) format.bytesOf(shape);
          MemorySegment expected = MemorySegment.ofArray(new byte[bytes]);
          new PlainSwapMix().mix(frames, weights, format, expected);
          MemorySegment result = MemorySegment.ofArray(new byte[bytes]);
          kernel.mix(frames, weights, format, result);
          require(result.mismatch(expected), format + " of " + shape + " with " + order);
          checked++;
        }
        for (DType type : List.of(DType.U8, DType.F16)) {
          MixWeights weights = weights((int) shape.dim(0), order, type == DType.U8);
          Tensor cpu = Tensor.zeros(type, shape);
          SwapMixKernel.fastest().mix(frames, weights, cpu);
          Tensor gpu = Tensor.zeros(type, shape);
          kernel.mix(frames, weights, gpu);
          require(gpu.data().mismatch(cpu.data()), type + " of " + shape + " beside the CPU");
          checked++;
        }
      }
    }
    return checked;
  }

  private static void require(long mismatch, String what) throws AgreementException {
    if (mismatch >= 0) {
      throw new AgreementException(what + " differs from byte " + mismatch + " on");
    }
  }

  /// λ 0, 1, tiny and then anything.
  static MixWeights weights(int clips, List<Integer> order, boolean pixels) {
    List<Float> lambdas = new ArrayList<>(List.of(0f, 1f, 1e-7f));
    for (int clip = 3; clip < clips; clip++) {
      lambdas.add((float) CounterRandom.of(3, new BatchId(0, clip), 0, "mix-weight").nextDouble());
    }
    return MixWeights.fold(
        new PairRecipe.SwapMix("swapmix(beta=1)", lambdas.subList(0, clips), order),
        Normalization.IMAGENET,
        pixels ? DType.U8 : DType.F16);
  }

  private static Tensor noise(Shape shape) {
    Tensor frames = Tensor.zeros(DType.U8, shape);
    CounterRandom draws = CounterRandom.of(1, new BatchId(0, 0), 0, "noise");
    for (long i = 0; i < shape.elements(); i++) {
      frames.data().set(ValueLayout.JAVA_BYTE, i, (byte) draws.nextLong());
    }
    return frames;
  }
}
