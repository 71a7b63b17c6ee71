package io.pairstream.augmenter;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.DType;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairEncoding;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.CropPlan;
import io.pairstream.crop.CropRule;
import io.pairstream.crop.FrameResizer;
import io.pairstream.crop.FrameView;
import io.pairstream.crop.SentFrames;
import io.pairstream.crop.Size;
import io.pairstream.kernel.CroppedBatches;
import io.pairstream.kernel.PlainSwapMix;
import io.pairstream.kernel.SwapMixKernel;
import io.pairstream.wire.PairBatchSerde;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CroppedPairsTest {
  private static final Size CLIP = new Size(20, 16);
  private static final CropPlan PLAN =
      new CropPlan(CropRule.MULTISCALE, true, Optional.of(SentFrames.of(0)));

  @ParameterizedTest
  @EnumSource(PairEncoding.class)
  void pairsOfFramesAsDecodedAreThoseOfClipsThatTheProducerCropped(PairEncoding encoding)
      throws Exception {
    for (String augmentation :
        List.of("swapmix", "identity", "inverted+swapmix", "base:inverted|swapmix", "inverted")) {
      for (double probability : new double[] {1, 0.5}) {
        PairMaker.Settings settings = settings(augmentation, probability, encoding);
        for (SwapMixKernel kernel : List.of(new PlainSwapMix(), SwapMixKernel.fastest())) {
          CroppedPairs pairs = new CroppedPairs(settings, PLAN, CLIP, kernel);
          for (int batch = 0; batch < 4; batch++) {
            FrameBatch frames = CroppedBatches.frames(new BatchId(1, batch));
            PairBatch expected =
                new PairMaker(settings, new PlainSwapMix()).make(croppedByTheProducer(frames));
            assertThat(pairs.record(frames)).isEqualTo(PairBatchSerde.encode(expected));
          }
        }
      }
    }
  }

  @Test
  void theSameFramesAreCroppedAfreshInEachEpoch() throws Exception {
    CroppedPairs pairs =
        new CroppedPairs(
            settings("swapmix", 1, PairEncoding.RECIPE), PLAN, CLIP, new PlainSwapMix());
    FrameBatch first = CroppedBatches.frames(new BatchId(0, 0));
    FrameBatch later =
        new FrameBatch(
            new BatchId(1, 0),
            first.frames(),
            first.label(),
            first.frameIndex(),
            first.clipIds(),
            first.lineage());
    Tensor once = PairBatchSerde.decode(pairs.record(first)).original();
    assertThat(PairBatchSerde.decode(pairs.record(first)).original().contentEquals(once)).isTrue();
    assertThat(PairBatchSerde.decode(pairs.record(later)).original().contentEquals(once)).isFalse();
  }

  /// As the producer does it: a clip's draws by its place in the batch, frame after frame.
  private static ClipBatch croppedByTheProducer(FrameBatch frames) {
    int frameBytes = CLIP.width() * CLIP.height() * 3;
    byte[] clips = new byte[frames.clips() * 2 * frameBytes];
    List<Boolean> mirrored = new ArrayList<>();
    for (int n = 0; n < frames.clips(); n++) {
      long place = frames.frames().place().longAt(n);
      Size frame = new Size(frames.width(n), frames.height(n));
      FrameView view =
          CropRule.MULTISCALE.training(
              frame, CLIP, CounterRandom.of(5, frames.id(), place, "crop"));
      mirrored.add(CounterRandom.of(5, frames.id(), place, "flip").nextDouble() < 0.5);
      FrameResizer resizer = new FrameResizer(mirrored.getLast() ? view.mirror() : view);
      for (int t = 0; t < 2; t++) {
        MemorySegment rgb = frames.frames().pixels().row(n).row(t).data();
        resizer.resize(rgb, 3L * frame.width(), clips, (2 * n + t) * frameBytes);
      }
    }
    assertThat(mirrored).contains(true, false);
    Shape shape = Shape.of(frames.clips(), 2, CLIP.height(), CLIP.width(), 3);
    return frames.cropped(new Tensor(DType.U8, shape, MemorySegment.ofArray(clips)));
  }

  private static PairMaker.Settings settings(
      String augmentation, double probability, PairEncoding encoding) {
    return new PairMaker.Settings(
        5,
        AugmentationCatalog.load().parse(augmentation),
        probability,
        encoding,
        Normalization.IMAGENET,
        "9");
  }
}
