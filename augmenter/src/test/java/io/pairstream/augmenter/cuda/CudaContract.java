package io.pairstream.augmenter.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.DType;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.FrameView;
import io.pairstream.crop.Size;
import io.pairstream.kernel.CropMixKernel;
import io.pairstream.kernel.CroppedBatches;
import io.pairstream.kernel.MixFormat;
import io.pairstream.kernel.MixWeights;
import io.pairstream.kernel.PlainSwapMix;
import io.pairstream.wire.Batches;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds on any GPU.
abstract class CudaContract {
  static final Normalization STATISTICS = Normalization.IMAGENET;
  private static final List<Float> LAMBDAS = List.of(0f, 1f, 1e-7f, Float.MIN_VALUE, 0.5f);

  static final List<List<Integer>> ORDERS =
      List.of(
          List.of(0, 1, 2),
          List.of(0, 2, 1),
          List.of(1, 0, 2),
          List.of(1, 2, 0),
          List.of(2, 0, 1),
          List.of(2, 1, 0));

  abstract CudaSwapMix kernel();

  /// One pixel; one frame; odd sides; just a tile; whole tiles; tiles and a tail; many small clips.
  static Stream<Shape> shapes() {
    return Stream.of(
        Shape.of(1, 1, 1, 1, 3),
        Shape.of(1, 1, 5, 7, 3),
        Shape.of(3, 2, 3, 5, 3),
        Shape.of(2, 1, 16, 32, 3),
        Shape.of(3, 2, 64, 48, 3),
        Shape.of(2, 4, 33, 31, 3),
        Shape.of(17, 3, 9, 16, 3));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void everyFormatIsTheExpressionBitForBit(Shape shape) {
    for (List<Integer> order : ORDERS) {
      for (MixFormat format : MixFormat.values()) {
        assertRight(shape, order, format);
      }
    }
  }

  /// Each is more than one chunk: several clips, one clip larger than a chunk with odd sides,
  /// planes of such a clip.
  static Stream<Shape> largeShapes() {
    return Stream.of(Shape.of(3, 2, 300, 400, 3), Shape.of(2, 5, 321, 301, 3));
  }

  @ParameterizedTest
  @MethodSource("largeShapes")
  void aBatchOfSeveralChunksIsPutTogetherAgain(Shape shape) {
    for (MixFormat format :
        List.of(MixFormat.U8, MixFormat.CTHW_F16, MixFormat.TCHW_BF16, MixFormat.CTHW_F32)) {
      assertRight(shape, List.of(2, 0, 1), format);
    }
  }

  @Test
  void asAKernelItEqualsThePlainOne() {
    Shape shape = Shape.of(5, 3, 40, 56, 3);
    Tensor frames = frames(shape);
    for (DType output : List.of(DType.U8, DType.F16)) {
      MixWeights weights = MixWeights.fold(recipe(shape, List.of(1, 2, 0)), STATISTICS, output);
      Tensor plain = Tensor.zeros(output, shape);
      new PlainSwapMix().mix(frames, weights, plain);
      Tensor mixed = Tensor.zeros(output, shape);
      kernel().mix(frames, weights, mixed);
      assertThat(mixed.contentEquals(plain)).isTrue();
    }
  }

  @Test
  void whatItCropsAndMixesIsThePlainOneByteForByte() {
    for (DType output : List.of(DType.U8, DType.F16, DType.F32)) {
      for (Size clip : CroppedBatches.CLIP_SIZES) {
        for (int batch = 0; batch < 4; batch++) {
          FrameBatch frames = CroppedBatches.frames(new BatchId(clip.width(), batch));
          assertCropsRight(frames, clip, output);
        }
      }
    }
  }

  @Test
  void whatItOnlyCropsIsThePlainOneByteForByte() {
    for (Size clip : CroppedBatches.CLIP_SIZES) {
      FrameBatch frames = CroppedBatches.frames(new BatchId(clip.width(), 9));
      List<FrameView> views = CroppedBatches.views(frames, clip);
      Tensor expected = room(frames, clip, DType.U8);
      new PlainSwapMix().cropping().crop(frames, views, expected);
      Tensor cropped = room(frames, clip, DType.U8);
      kernel().cropping().crop(frames, views, cropped);
      assertThat(cropped.contentEquals(expected)).isTrue();
    }
  }

  @Test
  void cropsThatDoNotBelongTogetherAreRefused() {
    Size clip = new Size(8, 6);
    FrameBatch frames = CroppedBatches.frames(new BatchId(0, 0));
    List<FrameView> views = CroppedBatches.views(frames, clip);
    MixWeights weights = CroppedBatches.weights(frames, DType.U8);
    Tensor clips = room(frames, clip, DType.U8);
    CropMixKernel cropping = kernel().cropping();
    assertThatThrownBy(() -> cropping.crop(frames, views.subList(1, 3), clips))
        .hasMessage("2 views for " + frames.clips() + " clips");
    Tensor halves = room(frames, clip, DType.F16);
    assertThatThrownBy(() -> cropping.cropAndMix(frames, views, clips, weights, halves))
        .hasMessage("the result is F16 %s, not U8 %<s".formatted(clips.shape()));
  }

  /// Crops and mixes as the plain kernel does.
  final void assertCropsRight(FrameBatch frames, Size clip, DType output) {
    List<FrameView> views = CroppedBatches.views(frames, clip);
    MixWeights weights = CroppedBatches.weights(frames, output);
    Tensor expectedClips = room(frames, clip, DType.U8);
    Tensor expected = room(frames, clip, output);
    new PlainSwapMix().cropping().cropAndMix(frames, views, expectedClips, weights, expected);
    Tensor cropped = room(frames, clip, DType.U8);
    Tensor mixed = room(frames, clip, output);
    kernel().cropping().cropAndMix(frames, views, cropped, weights, mixed);
    assertThat(cropped.contentEquals(expectedClips)).as("crops to %s, %s", clip, views).isTrue();
    assertThat(mixed.contentEquals(expected))
        .as("mixes %s of %s, %s", output, clip, views)
        .isTrue();
  }

  private static Tensor room(FrameBatch frames, Size clip, DType type) {
    long t = frames.frameIndex().shape().dim(1);
    return Tensor.zeros(type, Shape.of(frames.clips(), t, clip.height(), clip.width(), 3));
  }

  @Test
  void everyPairOfPixelsIsRight() {
    Shape shape = Shape.of(1, 1, 256, 256, 3);
    Tensor frames = Tensor.zeros(DType.U8, shape);
    for (int i = 0; i < 65536; i++) {
      frames.data().set(ValueLayout.JAVA_BYTE, 3L * i, (byte) i);
      frames.data().set(ValueLayout.JAVA_BYTE, 3L * i + 1, (byte) (i >> 8));
    }
    for (float lambda : List.of(0f, 0.25f, 0.3f, 1f)) {
      PairRecipe.SwapMix recipe =
          new PairRecipe.SwapMix("swapmix", List.of(lambda), List.of(1, 0, 2));
      MixWeights weights = MixWeights.fold(recipe, STATISTICS, DType.U8);
      assertSame(frames, weights, MixFormat.U8);
    }
  }

  @Test
  void statisticsOfZeroAndOneAreRight() {
    // Every added constant is a zero, of either sign.
    Normalization plain = new Normalization(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
    Shape shape = Shape.of(5, 1, 8, 64, 3);
    for (List<Integer> order : ORDERS) {
      assertSame(
          frames(shape), MixWeights.fold(recipe(shape, order), plain, DType.F16), MixFormat.F32);
    }
  }

  @Test
  void normalisingIsRight() {
    Shape shape = Shape.of(2, 2, 24, 32, 3);
    assertSame(frames(shape), MixWeights.normalise(2, STATISTICS), MixFormat.CTHW_F16);
  }

  @Test
  void severalThreadsShareIt() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        List<Integer> order = ORDERS.get(i % ORDERS.size());
        Shape shape = Shape.of(2 + i, 2, 16, 20, 3);
        all.add(threads.submit(() -> assertRight(shape, order, MixFormat.U8)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  @Test
  void whatDoesNotBelongTogetherIsRefused() {
    Shape shape = Shape.of(2, 1, 2, 2, 3);
    Tensor frames = frames(shape);
    MixWeights weights = MixWeights.normalise(2, STATISTICS);
    assertThatThrownBy(() -> kernel().mix(frames, weights, MixFormat.U8, frames.data()))
        .hasMessage("weights for F16 make no U8");
    assertThatThrownBy(() -> kernel().mix(frames, weights, MixFormat.F32, frames.data()))
        .hasMessage("the result has 24 bytes, F32 of [2,1,2,2,3] takes 96");
    MixWeights three = MixWeights.normalise(3, STATISTICS);
    assertThatThrownBy(() -> kernel().mix(frames, three, MixFormat.F32, frames.data()))
        .hasMessage("weights of 3 clips for frames [2,1,2,2,3]");
  }

  final void assertRight(Shape shape, List<Integer> order, MixFormat format) {
    DType output = format == MixFormat.U8 ? DType.U8 : DType.F16;
    assertSame(frames(shape), MixWeights.fold(recipe(shape, order), STATISTICS, output), format);
  }

  private void assertSame(Tensor frames, MixWeights weights, MixFormat format) {
    int bytes = (int) format.bytesOf(frames.shape());
    MemorySegment expected = MemorySegment.ofArray(new byte[bytes]);
    new PlainSwapMix().mix(frames, weights, format, expected);
    MemorySegment result = MemorySegment.ofArray(new byte[bytes]);
    kernel().mix(frames, weights, format, result);
    assertThat(result.mismatch(expected))
        .as("%s of %s with %s", format, frames.shape(), weights.partner(0))
        .isEqualTo(-1);
  }

  static Tensor frames(Shape shape) {
    return Batches.noise(new BatchId(0, shape.elements()), DType.U8, shape);
  }

  /// λ of the clips: the extremes first, then anything.
  static PairRecipe.SwapMix recipe(Shape shape, List<Integer> order) {
    List<Float> weights = new ArrayList<>();
    for (int clip = 0; clip < shape.dim(0); clip++) {
      int which = (int) ((clip + shape.elements() + order.getFirst()) % (LAMBDAS.size() + 1));
      float any = (float) CounterRandom.of(3, new BatchId(0, clip), 0, "mix-weight").nextDouble();
      weights.add(which < LAMBDAS.size() ? LAMBDAS.get(which) : any);
    }
    return new PairRecipe.SwapMix("swapmix(beta=1)", weights, order);
  }
}
