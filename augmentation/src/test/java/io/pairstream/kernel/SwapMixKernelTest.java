package io.pairstream.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.wire.Batches;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SwapMixKernelTest {
  private static final Normalization STATISTICS = Normalization.IMAGENET;

  private static final List<List<Integer>> ORDERS =
      List.of(
          List.of(0, 2, 1), List.of(1, 0, 2), List.of(1, 2, 0), List.of(2, 0, 1), List.of(2, 1, 0));

  /// One pixel; one frame; odd sides; a tail after whole vectors; several blocks and a tail.
  private static final List<Shape> SHAPES =
      List.of(
          Shape.of(1, 1, 1, 1, 3),
          Shape.of(1, 1, 5, 7, 3),
          Shape.of(3, 2, 3, 5, 3),
          Shape.of(2, 3, 17, 19, 3),
          Shape.of(2, 4, 33, 31, 3));

  /// Those; just whole blocks; any others.
  private static Stream<Shape> manyShapes() {
    CounterRandom random = CounterRandom.of(5, new BatchId(0, 0), 0, "shapes");
    Stream<Shape> any =
        Stream.generate(() ->
                Shape.of(
                    1 + random.nextInt(4),
                    1 + random.nextInt(5),
                    1 + random.nextInt(70),
                    1 + random.nextInt(70),
                    3))
            .limit(40);
    return Stream.of(SHAPES.stream(), Stream.of(Shape.of(2, 2, 40, 64, 3)), any)
        .flatMap(shapes -> shapes);
  }

  private static final List<Float> LAMBDAS = List.of(0f, 1f, 1e-7f, Float.MIN_VALUE, 0.5f);

  static Stream<SwapMixKernel> kernels() {
    return Stream.of(new PlainSwapMix(), SwapMixKernel.fastest());
  }

  static Stream<Arguments> everything() {
    List<Arguments> all = new ArrayList<>();
    for (Shape shape : SHAPES) {
      for (List<Integer> order : ORDERS) {
        kernels().forEach(kernel -> all.add(Arguments.of(kernel, shape, order)));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("everything")
  void pixelsAreTheExpressionRoundedHalfToEvenAndSaturated(
      SwapMixKernel kernel, Shape shape, List<Integer> order) {
    Tensor frames = frames(shape);
    PairRecipe.SwapMix recipe = recipe(shape, order);
    Tensor mixed = mix(kernel, frames, recipe, DType.U8);
    forEachElement(
        shape,
        (clip, pixel, c) -> {
          double[] exact = pixelWeights(recipe.mixWeight().get(clip), c, order.get(c));
          float y = evaluated(exact, u(frames, pixel + c), u(frames, pixel + order.get(c)));
          int expected = (int) Math.min(255, Math.max(0, halfEven(y)));
          assertThat(u(mixed, pixel + c)).isEqualTo(expected);
        });
  }

  @ParameterizedTest
  @MethodSource("everything")
  void halvesAreTheDefinitionOnNormalisedValues(
      SwapMixKernel kernel, Shape shape, List<Integer> order) {
    Tensor frames = frames(shape);
    PairRecipe.SwapMix recipe = recipe(shape, order);
    Tensor mixed = mix(kernel, frames, recipe, DType.F16);
    forEachElement(
        shape,
        (clip, pixel, c) -> {
          double lambda = recipe.mixWeight().get(clip);
          double own = normalised(frames, pixel, c);
          double partner = normalised(frames, pixel, order.get(c));
          double y = lambda * own + (1 - lambda) * partner;
          // Half a unit of f16, which is 2^-11 of the value, and the rounding of the weights.
          assertThat(half(mixed, pixel + c)).isCloseTo(y, within(Math.abs(y) * 0x1p-11 + 2e-6));
        });
  }

  @ParameterizedTest
  @MethodSource("manyShapes")
  void everyFormatIsThePlainKernelsBitForBit(Shape shape) {
    Tensor frames = frames(shape);
    for (List<Integer> order : ORDERS) {
      for (MixFormat format : MixFormat.values()) {
        MixWeights weights = weights(recipe(shape, order), format);
        byte[] plain = new byte[(int) format.bytesOf(shape)];
        new PlainSwapMix().mix(frames, weights, format, MemorySegment.ofArray(plain));
        byte[] fastest = new byte[plain.length];
        SwapMixKernel.fastest().mix(frames, weights, format, MemorySegment.ofArray(fastest));
        assertThat(Arrays.mismatch(fastest, plain))
            .as("%s of %s with %s", format, shape, order)
            .isEqualTo(-1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void planesHoldWhatIsInterleavedElsewhere(SwapMixKernel kernel) {
    Shape shape = Shape.of(2, 3, 17, 19, 3);
    Tensor frames = frames(shape);
    PairRecipe.SwapMix recipe = recipe(shape, List.of(1, 2, 0));
    MemorySegment interleaved = mix(kernel, frames, recipe, MixFormat.F32);
    MemorySegment ofClip = mix(kernel, frames, recipe, MixFormat.CTHW_F32);
    MemorySegment ofFrame = mix(kernel, frames, recipe, MixFormat.TCHW_F32);
    long image = 17 * 19;
    for (long n = 0; n < 2; n++) {
      for (long t = 0; t < 3; t++) {
        for (long i = 0; i < image; i++) {
          for (long c = 0; c < 3; c++) {
            float y = value(interleaved, ((n * 3 + t) * image + i) * 3 + c);
            assertThat(value(ofClip, ((n * 3 + c) * 3 + t) * image + i)).isEqualTo(y);
            assertThat(value(ofFrame, ((n * 3 + t) * 3 + c) * image + i)).isEqualTo(y);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void halvesOfEitherKindAreTheFloatsRounded(SwapMixKernel kernel) {
    Shape shape = Shape.of(2, 3, 17, 19, 3);
    Tensor frames = frames(shape);
    PairRecipe.SwapMix recipe = recipe(shape, List.of(2, 0, 1));
    MemorySegment floats = mix(kernel, frames, recipe, MixFormat.F32);
    MemorySegment halves = mix(kernel, frames, recipe, MixFormat.F16);
    MemorySegment brains = mix(kernel, frames, recipe, MixFormat.BF16);
    for (long i = 0; i < shape.elements(); i++) {
      float y = value(floats, i);
      assertThat(Float.float16ToFloat(halves.get(PlainSwapMix.SHORT, 2 * i)))
          .isCloseTo(y, within(Math.max(0x1p-25f, Math.abs(y) * 0x1p-11f)));
      assertThat(Float.intBitsToFloat(brains.get(PlainSwapMix.SHORT, 2 * i) << 16))
          .isCloseTo(y, within(Math.abs(y) * 0x1p-8f));
    }
  }

  @ParameterizedTest
  @EnumSource(MixFormat.class)
  void memoryOutsideTheHeapIsAsGood(MixFormat format) {
    Shape shape = Shape.of(2, 4, 33, 31, 3);
    Tensor frames = frames(shape);
    PairRecipe.SwapMix recipe = recipe(shape, List.of(2, 1, 0));
    MemorySegment expected = mix(new PlainSwapMix(), frames, recipe, format);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = arena.allocate(shape.elements()).copyFrom(frames.data());
      MemorySegment out = arena.allocate(format.bytesOf(shape));
      SwapMixKernel.fastest()
          .mix(new Tensor(DType.U8, shape, in), weights(recipe, format), format, out);
      assertThat(out.mismatch(expected)).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource(MixFormat.class)
  void nothingIsWrittenBesideTheResult(MixFormat format) {
    Shape shape = Shape.of(2, 2, 40, 32, 3);
    PairRecipe.SwapMix recipe = recipe(shape, List.of(1, 2, 0));
    int bytes = (int) format.bytesOf(shape);
    byte[] around = new byte[64 + bytes + 64];
    Arrays.fill(around, (byte) 77);
    MemorySegment out = MemorySegment.ofArray(around).asSlice(64, bytes);
    SwapMixKernel.fastest().mix(frames(shape), weights(recipe, format), format, out);
    assertThat(Arrays.copyOf(around, 64)).containsOnly(77);
    assertThat(Arrays.copyOfRange(around, 64 + bytes, around.length)).containsOnly(77);
  }

  /// A vector that is an object takes at least 16 bytes of heap, and a clip has thousands: then a
  /// method has become too large for the compiler. It works beside this test, hence the patience.
  @ParameterizedTest
  @EnumSource(MixFormat.class)
  void noVectorIsAnObject(MixFormat format) {
    SwapMixKernel kernel = SwapMixKernel.fastest();
    Shape shape = Shape.of(4, 4, 64, 64, 3);
    Tensor frames = frames(shape);
    MixWeights weights = weights(recipe(shape, List.of(1, 2, 0)), format);
    MemorySegment out = MemorySegment.ofArray(new byte[(int) format.bytesOf(shape)]);
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20_000 && least > shape.dim(0) * 512; round++) {
      long before = allocatedBytes();
      kernel.mix(frames, weights, format, out);
      least = Math.min(least, allocatedBytes() - before);
    }
    assertThat(least).isLessThanOrEqualTo(shape.dim(0) * 512);
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyPairOfPixelsIsRight(SwapMixKernel kernel) {
    // One clip of 256×256 pixels: red counts along a row, green along a column.
    Shape shape = Shape.of(1, 1, 256, 256, 3);
    Tensor frames = Tensor.zeros(DType.U8, shape);
    forEachElement(
        shape,
        (clip, pixel, c) -> {
          long value = c == 0 ? pixel / 3 % 256 : pixel / 3 / 256;
          frames.data().set(ValueLayout.JAVA_BYTE, pixel + c, (byte) value);
        });
    for (float lambda : List.of(0f, 0.25f, 0.3f, 1f)) {
      PairRecipe.SwapMix recipe =
          new PairRecipe.SwapMix("swapmix(beta=1)", List.of(lambda), List.of(1, 0, 2));
      Tensor mixed = mix(kernel, frames, recipe, DType.U8);
      double[] weights = pixelWeights(lambda, 0, 1);
      for (long pixel = 0; pixel < 3 * 65536; pixel += 3) {
        float y = evaluated(weights, u(frames, pixel), u(frames, pixel + 1));
        int expected = (int) Math.min(255, Math.max(0, halfEven(y)));
        assertThat(u(mixed, pixel)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void withLambdaOneTheClipStaysAsItIs(SwapMixKernel kernel) {
    Tensor frames = frames(Shape.of(2, 2, 9, 9, 3));
    PairRecipe.SwapMix recipe =
        new PairRecipe.SwapMix("swapmix(beta=1)", List.of(1f, 1f), List.of(2, 1, 0));
    assertThat(mix(kernel, frames, recipe, DType.U8).contentEquals(frames)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void normalisingIsMixingWithLambdaOne(SwapMixKernel kernel) {
    Shape shape = Shape.of(2, 1, 4, 5, 3);
    Tensor frames = frames(shape);
    Tensor values = Tensor.zeros(DType.F16, shape);
    kernel.mix(frames, MixWeights.normalise(2, STATISTICS), values);
    forEachElement(
        shape,
        (clip, pixel, c) ->
            assertThat(half(values, pixel + c))
                .isCloseTo(normalised(frames, pixel, c), within(2e-3)));
  }

  @Test
  void whatDoesNotBelongTogetherIsRefused() {
    Tensor frames = frames(Shape.of(2, 1, 2, 2, 3));
    PairRecipe.SwapMix one =
        new PairRecipe.SwapMix("swapmix(beta=1)", List.of(1f), List.of(2, 1, 0));
    assertThatThrownBy(() -> mix(new PlainSwapMix(), frames, one, DType.U8))
        .hasMessageContaining("weights of 1 clips for frames [2,1,2,2,3]");
    MixWeights weights = MixWeights.normalise(2, STATISTICS);
    assertThatThrownBy(() -> new PlainSwapMix().mix(frames, weights, frames))
        .hasMessageContaining("the result is U8");
  }

  private static MemorySegment mix(
      SwapMixKernel kernel, Tensor frames, PairRecipe.SwapMix recipe, MixFormat format) {
    byte[] out = new byte[(int) format.bytesOf(frames.shape())];
    kernel.mix(frames, weights(recipe, format), format, MemorySegment.ofArray(out));
    return MemorySegment.ofArray(out);
  }

  private static MixWeights weights(PairRecipe.SwapMix recipe, MixFormat format) {
    return MixWeights.fold(recipe, STATISTICS, format == MixFormat.U8 ? DType.U8 : DType.F16);
  }

  private static float value(MemorySegment floats, long index) {
    return floats.get(PlainSwapMix.FLOAT, 4 * index);
  }

  private static Tensor mix(
      SwapMixKernel kernel, Tensor frames, PairRecipe.SwapMix recipe, DType output) {
    Tensor mixed = Tensor.zeros(output, frames.shape());
    kernel.mix(frames, MixWeights.fold(recipe, STATISTICS, output), mixed);
    return mixed;
  }

  private static Tensor frames(Shape shape) {
    return Batches.noise(new BatchId(0, shape.elements()), DType.U8, shape);
  }

  /// λ of the clips: the extremes first, then anything.
  private static PairRecipe.SwapMix recipe(Shape shape, List<Integer> order) {
    List<Float> weights = new ArrayList<>();
    for (int clip = 0; clip < shape.dim(0); clip++) {
      int which = (int) ((clip + shape.elements() + order.getFirst()) % (LAMBDAS.size() + 1));
      float any = (float) CounterRandom.of(3, new BatchId(0, clip), 0, "mix-weight").nextDouble();
      weights.add(which < LAMBDAS.size() ? LAMBDAS.get(which) : any);
    }
    return new PairRecipe.SwapMix("swapmix(beta=1)", weights, order);
  }

  /// w0, w1, w2 for pixels, in double.
  private static double[] pixelWeights(double lambda, int c, int p) {
    double ratio = (double) STATISTICS.std().get(c) / STATISTICS.std().get(p);
    double meanC = STATISTICS.mean().get(c);
    double meanP = STATISTICS.mean().get(p);
    return new double[] {
      lambda, (1 - lambda) * ratio, 255 * (1 - lambda) * (meanC - meanP * ratio)
    };
  }

  /// The two fused operations in exact arithmetic, each rounded once to float32.
  private static float evaluated(double[] weights, int own, int partner) {
    BigDecimal w0 = new BigDecimal((float) weights[0]);
    BigDecimal w1 = new BigDecimal((float) weights[1]);
    BigDecimal w2 = new BigDecimal((float) weights[2]);
    float inner = w1.multiply(BigDecimal.valueOf(partner)).add(w2).floatValue();
    return w0.multiply(BigDecimal.valueOf(own)).add(new BigDecimal(inner)).floatValue();
  }

  private static long halfEven(float y) {
    return new BigDecimal(y).setScale(0, java.math.RoundingMode.HALF_EVEN).longValueExact();
  }

  private static double normalised(Tensor frames, long pixel, int c) {
    return (u(frames, pixel + c) / 255.0 - STATISTICS.mean().get(c)) / STATISTICS.std().get(c);
  }

  private static int u(Tensor tensor, long index) {
    return tensor.data().get(ValueLayout.JAVA_BYTE, index) & 0xFF;
  }

  private static double half(Tensor tensor, long index) {
    return Float.float16ToFloat(tensor.data().get(PlainSwapMix.SHORT, 2 * index));
  }

  private interface Element {
    void check(int clip, long pixel, int channel);
  }

  private static void forEachElement(Shape shape, Element element) {
    long clipElements = shape.elements() / shape.dim(0);
    for (long pixel = 0; pixel < shape.elements(); pixel += 3) {
      for (int c = 0; c < 3; c++) {
        element.check((int) (pixel / clipElements), pixel, c);
      }
    }
  }
}
