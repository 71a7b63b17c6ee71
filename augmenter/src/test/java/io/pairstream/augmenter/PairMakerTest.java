package io.pairstream.augmenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augment.AugmentedPixels;
import io.pairstream.augment.BatchDraws;
import io.pairstream.augment.SwapMix;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairEncoding;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Tensor;
import io.pairstream.kernel.MixWeights;
import io.pairstream.kernel.PlainSwapMix;
import io.pairstream.kernel.SwapMixKernel;
import io.pairstream.ops.ServiceException;
import io.pairstream.wire.Batches;
import io.pairstream.wire.PairBatchSerde;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PairMakerTest {
  private static final Normalization STATISTICS = Normalization.IMAGENET;

  @ParameterizedTest
  @EnumSource(PairEncoding.class)
  void aPairSaysHowItWasMadeWhateverTravels(PairEncoding encoding) throws Exception {
    ClipBatch clips = Batches.clips(new BatchId(1, 2));
    PairBatch pair = maker("swapmix(beta=1)", 1, encoding).make(clips);
    assertThat(pair.id()).isEqualTo(clips.id());
    assertThat(pair.original()).isSameAs(clips.frames());
    assertThat(pair.label()).isSameAs(clips.label());
    assertThat(pair.clipIds()).isEqualTo(clips.clipIds());
    assertThat(pair.normalization()).isEqualTo(STATISTICS);
    assertThat(pair.lineage()).isEqualTo(new PairBatch.Lineage(clips.lineage(), "9"));
    assertThat(pair.recipe().augmentation()).isEqualTo("swapmix(beta=1)");
    assertThat(((PairRecipe.SwapMix) pair.recipe()).mixWeight()).hasSize(2);
    DType travels =
        switch (encoding) {
          case U8 -> DType.U8;
          case F16 -> DType.F16;
          case RECIPE -> null;
        };
    assertThat(pair.augmented().map(Tensor::dtype).orElse(null)).isEqualTo(travels);
  }

  @ParameterizedTest
  @EnumSource(PairEncoding.class)
  void aRecordIsThePairThatIsMadeWrittenInPlace(PairEncoding encoding) throws Exception {
    for (String text :
        List.of("swapmix", "identity", "inverted", "inverted+swapmix", "base:swapmix|inverted")) {
      for (int batch = 0; batch < 4; batch++) {
        ClipBatch clips = Batches.clips(new BatchId(0, batch));
        assertThat(maker(text, 0.5, encoding).record(clips))
            .isEqualTo(PairBatchSerde.encode(maker(text, 0.5, encoding).make(clips)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(PairEncoding.class)
  void theSameClipsGiveTheSameBytesWithEveryKernel(PairEncoding encoding) throws Exception {
    ClipBatch clips = Batches.clips(new BatchId(0, 3));
    byte[] plain = PairBatchSerde.encode(maker("swapmix", 1, encoding).make(clips));
    PairMaker fastest =
        new PairMaker(settings("swapmix(beta=1)", 1, encoding), SwapMixKernel.fastest());
    assertThat(PairBatchSerde.encode(fastest.make(clips))).isEqualTo(plain);
    assertThat(PairBatchSerde.encode(fastest.make(clips))).isEqualTo(plain);
  }

  @Test
  void halvesAreTheRecipeUpToRounding() throws Exception {
    PairBatch pair = maker("swapmix", 1, PairEncoding.F16).make(Batches.clips(new BatchId(0, 0)));
    Tensor half = pair.augmented().orElseThrow();
    for (long i = 0; i < half.shape().elements(); i++) {
      double y = mixedByRecipe(pair, i);
      double f16 = Float.float16ToFloat(half.data().get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i));
      assertThat(f16).isCloseTo(y, within(Math.abs(y) * 0x1p-11 + 2e-6));
    }
  }

  @Test
  void pixelsAreTheRecipeUpToRoundingAndSaturation() throws Exception {
    PairBatch pair = maker("swapmix", 1, PairEncoding.U8).make(Batches.clips(new BatchId(0, 0)));
    Tensor pixels = pair.augmented().orElseThrow();
    for (long i = 0; i < pixels.shape().elements(); i++) {
      int c = (int) (i % 3);
      double exact =
          255 * (mixedByRecipe(pair, i) * STATISTICS.std().get(c) + STATISTICS.mean().get(c));
      assertThat((double) u(pixels, i))
          .isCloseTo(Math.clamp(exact, 0.0, 255.0), within(0.5 + 1e-3));
    }
  }

  /// λ·n_c + (1−λ)·n_p[c], as a trainer makes it of a recipe.
  private static double mixedByRecipe(PairBatch pair, long index) {
    PairRecipe.SwapMix mix = (PairRecipe.SwapMix) pair.recipe();
    int clip = (int) (index / (pair.original().shape().elements() / pair.clips()));
    int c = (int) (index % 3);
    int p = mix.channelOrder().get(c);
    double lambda = mix.mixWeight().get(clip);
    double own = normalised(u(pair.original(), index), c);
    double partner = normalised(u(pair.original(), index - c + p), p);
    return lambda * own + (1 - lambda) * partner;
  }

  @Test
  void theProbabilitySaysWhichShareOfTheBatchesIsAugmented() throws Exception {
    PairMaker maker = maker("swapmix", 0.3, PairEncoding.RECIPE);
    int augmented = 0;
    for (int batch = 0; batch < 4_000; batch++) {
      PairBatch pair = maker.make(Batches.clips(new BatchId(0, batch)));
      augmented += pair.recipe() instanceof PairRecipe.SwapMix ? 1 : 0;
    }
    assertThat(augmented / 4_000.0).isCloseTo(0.3, within(0.03));
  }

  @Test
  void aBatchThatIsLeftAloneIsAnOrdinaryStep() throws Exception {
    ClipBatch clips = Batches.clips(new BatchId(0, 0));
    for (PairMaker maker :
        List.of(maker("swapmix", 0, PairEncoding.U8), maker("identity", 1, PairEncoding.F16))) {
      PairBatch pair = maker.make(clips);
      assertThat(pair.recipe()).isEqualTo(new PairRecipe.Identity());
      assertThat(pair.augmented()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PairEncoding.class,
      names = {"U8", "RECIPE"})
  void thePixelsOfAPlugInTravelEvenWhereARecipeWould(PairEncoding encoding) throws Exception {
    PairBatch pair = maker("inverted", 1, encoding).make(Batches.clips(new BatchId(0, 0)));
    assertThat(pair.recipe()).isEqualTo(new PairRecipe.Opaque("inverted"));
    Tensor pixels = pair.augmented().orElseThrow();
    for (long i = 0; i < pixels.shape().elements(); i++) {
      assertThat(u(pixels, i)).isEqualTo(255 - u(pair.original(), i));
    }
  }

  @Test
  void thePixelsOfAPlugInAreNormalisedForHalves() throws Exception {
    PairBatch pair = maker("inverted", 1, PairEncoding.F16).make(Batches.clips(new BatchId(0, 0)));
    Tensor half = pair.augmented().orElseThrow();
    for (long i = 0; i < half.shape().elements(); i++) {
      double y = normalised(255 - u(pair.original(), i), (int) (i % 3));
      double f16 = Float.float16ToFloat(half.data().get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i));
      assertThat(f16).isCloseTo(y, within(Math.abs(y) * 0x1p-11 + 2e-6));
    }
  }

  @ParameterizedTest
  @EnumSource(PairEncoding.class)
  void aBaseChangesBothHalvesAndSwapMixOnTopIsStillARecipe(PairEncoding encoding) throws Exception {
    ClipBatch clips = Batches.clips(new BatchId(0, 0));
    PairBatch pair = maker("base:inverted|swapmix", 1, encoding).make(clips);
    for (long i = 0; i < clips.frames().shape().elements(); i++) {
      assertThat(u(pair.original(), i)).isEqualTo(255 - u(clips.frames(), i));
    }
    assertThat(pair.recipe().augmentation()).isEqualTo("swapmix(beta=1)");
    assertThat(pair.lineage().baseAugmentation()).contains("inverted");
    PairBatch alone = maker("swapmix", 1, encoding).make(clips.withFrames(pair.original()));
    assertThat(pair.recipe()).isEqualTo(alone.recipe());
    assertThat(pair.augmented().isPresent()).isEqualTo(encoding != PairEncoding.RECIPE);
    pair.augmented()
        .ifPresent(
            half -> assertThat(half.contentEquals(alone.augmented().orElseThrow())).isTrue());
    assertThat(PairBatchSerde.decode(PairBatchSerde.encode(pair)).lineage())
        .isEqualTo(pair.lineage());
  }

  @Test
  void aBaseHoldsWhateverTheProbabilityOfThePair() throws Exception {
    ClipBatch clips = Batches.clips(new BatchId(0, 0));
    PairBatch pair = maker("base:inverted|swapmix", 0, PairEncoding.U8).make(clips);
    assertThat(pair.recipe()).isEqualTo(new PairRecipe.Identity());
    assertThat(pair.augmented()).isEmpty();
    assertThat(u(pair.original(), 7)).isEqualTo(255 - u(clips.frames(), 7));
    PairBatch twice = maker("base:inverted+inverted|identity", 1, PairEncoding.U8).make(clips);
    assertThat(twice.original().contentEquals(clips.frames())).isTrue();
  }

  @Test
  void aSwapMixInTheBaseIsDoneToPixels() throws Exception {
    ClipBatch clips = Batches.clips(new BatchId(0, 0));
    PairBatch pair = maker("base:swapmix|inverted", 1, PairEncoding.U8).make(clips);
    assertThat(pair.original().contentEquals(clips.frames())).isFalse();
    for (long i = 0; i < clips.frames().shape().elements(); i++) {
      assertThat(u(pair.augmented().orElseThrow(), i)).isEqualTo(255 - u(pair.original(), i));
    }
  }

  @Test
  void aChainDoesOneAfterTheOtherAndChangesNeitherTheClipsNorTheOriginal() throws Exception {
    ClipBatch clips = Batches.clips(new BatchId(0, 0));
    Tensor before = Tensor.zeros(DType.U8, clips.frames().shape());
    before.data().copyFrom(clips.frames().data());
    // In place after in place, SwapMix in the middle.
    PairBatch pair =
        maker("channel-permutation+swapmix+hue-jitter+grayscale", 1, PairEncoding.U8).make(clips);
    assertThat(clips.frames().contentEquals(before)).isTrue();
    assertThat(pair.original()).isSameAs(clips.frames());
    assertThat(pair.recipe())
        .isEqualTo(
            new PairRecipe.Opaque(
                "channel-permutation(p=1)+swapmix(beta=1)+hue-jitter(max=0.5,p=1)+grayscale(p=1)"));
    Tensor grey = pair.augmented().orElseThrow();
    for (long i = 0; i < grey.shape().elements(); i += 3) {
      assertThat(u(grey, i)).isEqualTo(u(grey, i + 1)).isEqualTo(u(grey, i + 2));
    }
    PairBatch inverted = maker("inverted+inverted", 1, PairEncoding.U8).make(clips);
    assertThat(inverted.augmented().orElseThrow().contentEquals(before)).isTrue();
  }

  @Test
  void aLastSwapMixAfterOtherPixelsIsNotSaturatedInHalves() throws Exception {
    ClipBatch clips = Batches.clips(new BatchId(0, 0));
    ClipBatch negative =
        clips.withFrames(
            maker("inverted", 1, PairEncoding.U8).make(clips).augmented().orElseThrow());
    PairBatch chain = maker("inverted+swapmix", 1, PairEncoding.F16).make(clips);
    assertThat(chain.recipe()).isEqualTo(new PairRecipe.Opaque("inverted+swapmix(beta=1)"));
    PairRecipe.SwapMix mix =
        (PairRecipe.SwapMix)
            new SwapMix()
                .augment(
                    negative, new BatchDraws(5, clips.id()).at("1"), new AugmentedPixels(negative));
    Tensor expected = Tensor.zeros(DType.F16, clips.frames().shape());
    new PlainSwapMix()
        .mix(negative.frames(), MixWeights.fold(mix, STATISTICS, DType.F16), expected);
    assertThat(chain.augmented().orElseThrow().contentEquals(expected)).isTrue();
  }

  @Test
  void aChoiceLeavesItsMarkOnlyWhereItWasDrawn() throws Exception {
    PairMaker maker = maker("choice(1*swapmix,1*inverted,1*identity)", 1, PairEncoding.RECIPE);
    java.util.Set<String> seen = new java.util.TreeSet<>();
    for (int batch = 0; batch < 30; batch++) {
      PairBatch pair = maker.make(Batches.clips(new BatchId(0, batch)));
      String text = pair.recipe().augmentation();
      assertThat(pair.augmented().isPresent()).isEqualTo(text.equals("inverted"));
      seen.add(text);
    }
    assertThat(seen).containsExactly("identity", "inverted", "swapmix(beta=1)");
  }

  @Test
  void whatAnAugmentationCannotDoItRefusesWithACause() {
    PairMaker maker = maker("moody", 1, PairEncoding.U8);
    assertThatThrownBy(() -> maker.make(Batches.clips(new BatchId(0, 1))))
        .isInstanceOf(RefusedBatchException.class)
        .hasMessageContaining("moody refuses batch 0/1")
        .hasMessageContaining("too dark");
    assertThatThrownBy(() -> maker.make(Batches.clips(new BatchId(0, 3))))
        .isInstanceOf(RefusedBatchException.class)
        .hasMessageContaining("made nothing of batch 0/3");
    assertThatThrownBy(() -> maker.make(Batches.clips(new BatchId(0, 4))))
        .isInstanceOf(RefusedBatchException.class)
        .hasMessageContaining("1 weights for 2 clips");
    assertThatThrownBy(() -> maker.make(Batches.clips(new BatchId(0, 5))))
        .isInstanceOf(RefusedBatchException.class)
        .hasMessageContaining("moody refuses batch 0/5")
        .hasMessageContaining("the result is U8 [1,1,1,1,3], not U8 [2,3,4,5,3]");
  }

  @Test
  void whatOnlyTheMomentDecidesIsNoRefusal() {
    PairMaker maker = maker("moody", 1, PairEncoding.U8);
    assertThatThrownBy(() -> maker.make(Batches.clips(new BatchId(0, 2))))
        .isInstanceOf(ServiceException.class)
        .hasMessage("the device is gone");
    assertThatThrownBy(() -> maker.make(Batches.clips(new BatchId(0, 6))))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("augmentation moody cannot run here")
        .hasMessageContaining("NoSuchMethodError: gone");
  }

  @Test
  void statisticsThatCannotBeFoldedAreRefusedBeforeTheFirstBatch() {
    PairMaker.Settings good = settings("swapmix", 1, PairEncoding.U8);
    Normalization extreme = new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(1f, 1f, 1e-30f));
    PairMaker.Settings bad =
        new PairMaker.Settings(0, good.augmentation(), 1, good.encoding(), extreme, "9");
    assertThatThrownBy(() -> new PairMaker(bad, new PlainSwapMix()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too extreme");
  }

  private static PairMaker maker(String augmentation, double probability, PairEncoding encoding) {
    return new PairMaker(settings(augmentation, probability, encoding), new PlainSwapMix());
  }

  private static PairMaker.Settings settings(
      String augmentation, double probability, PairEncoding encoding) {
    return new PairMaker.Settings(
        5, AugmentationCatalog.load().parse(augmentation), probability, encoding, STATISTICS, "9");
  }

  private static double normalised(int pixel, int c) {
    return (pixel / 255.0 - STATISTICS.mean().get(c)) / STATISTICS.std().get(c);
  }

  private static int u(Tensor tensor, long index) {
    return tensor.data().get(ValueLayout.JAVA_BYTE, index) & 0xFF;
  }
}
