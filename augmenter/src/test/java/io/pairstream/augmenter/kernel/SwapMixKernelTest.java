package io.pairstream.augmenter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.Recipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.wire.Batches;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
    Recipe.SwapMix recipe = recipe(shape, order);
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
    Recipe.SwapMix recipe = recipe(shape, order);
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
  @MethodSource("everything")
  void everyKernelEqualsThePlainOneBitForBit(
      SwapMixKernel kernel, Shape shape, List<Integer> order) {
    Tensor frames = frames(shape);
    Recipe.SwapMix recipe = recipe(shape, order);
    for (DType output : List.of(DType.U8, DType.F16)) {
      Tensor plain = mix(new PlainSwapMix(), frames, recipe, output);
      assertThat(mix(kernel, frames, recipe, output).contentEquals(plain)).isTrue();
    }
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
      Recipe.SwapMix recipe =
          new Recipe.SwapMix("swapmix(beta=1)", List.of(lambda), List.of(1, 0, 2));
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
    Recipe.SwapMix recipe =
        new Recipe.SwapMix("swapmix(beta=1)", List.of(1f, 1f), List.of(2, 1, 0));
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
    Recipe.SwapMix one = new Recipe.SwapMix("swapmix(beta=1)", List.of(1f), List.of(2, 1, 0));
    assertThatThrownBy(() -> mix(new PlainSwapMix(), frames, one, DType.U8))
        .hasMessageContaining("weights of 1 clips for frames [2,1,2,2,3]");
    MixWeights weights = MixWeights.normalise(2, STATISTICS);
    assertThatThrownBy(() -> new PlainSwapMix().mix(frames, weights, frames))
        .hasMessageContaining("the result is U8");
  }

  private static Tensor mix(
      SwapMixKernel kernel, Tensor frames, Recipe.SwapMix recipe, DType output) {
    Tensor mixed = Tensor.zeros(output, frames.shape());
    kernel.mix(frames, MixWeights.fold(recipe, STATISTICS, output), mixed);
    return mixed;
  }

  private static Tensor frames(Shape shape) {
    return Batches.noise(new BatchId(0, shape.elements()), DType.U8, shape);
  }

  /// λ of the clips: the extremes first, then anything.
  private static Recipe.SwapMix recipe(Shape shape, List<Integer> order) {
    List<Float> weights = new ArrayList<>();
    for (int clip = 0; clip < shape.dim(0); clip++) {
      int which = (int) ((clip + shape.elements() + order.getFirst()) % (LAMBDAS.size() + 1));
      float any = (float) CounterRandom.of(3, new BatchId(0, clip), 0, "mix-weight").nextDouble();
      weights.add(which < LAMBDAS.size() ? LAMBDAS.get(which) : any);
    }
    return new Recipe.SwapMix("swapmix(beta=1)", weights, order);
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
    return Float.float16ToFloat(tensor.data().get(PlainSwapMix.F16, 2 * index));
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
