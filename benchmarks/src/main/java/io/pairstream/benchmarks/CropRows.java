package io.pairstream.benchmarks;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.DType;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.CropRule;
import io.pairstream.crop.FrameView;
import io.pairstream.crop.Size;
import io.pairstream.kernel.CropMixKernel;
import io.pairstream.kernel.MixWeights;
import io.pairstream.kernel.PlainSwapMix;
import io.pairstream.kernel.SwapMixKernel;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Crop and SwapMix of 16 clips of 8 frames, multi-scale crops of 455×256 to 224×224, on one
/// thread: one pass beside two, and the fastest kernel beside the plain one. GB of cropped clips a
/// second.
final class CropRows {
  private static final int CLIPS = 16;
  private static final int FRAMES = 8;
  private static final Size FRAME = new Size(455, 256);
  private static final Size CLIP = new Size(224, 224);
  private static final Shape SHAPE = Shape.of(CLIPS, FRAMES, CLIP.height(), CLIP.width(), 3);
  private static final BatchId ID = new BatchId(0, 0);

  private final FrameBatch frames = noise();
  private final List<FrameView> views = views();
  private final MixWeights weights =
      MixWeights.fold(
          new PairRecipe.SwapMix(
              "swapmix(beta=1)", Collections.nCopies(CLIPS, 0.3f), List.of(1, 2, 0)),
          Normalization.IMAGENET,
          DType.U8);
  private final Tensor clips = Tensor.zeros(DType.U8, SHAPE);
  private final Tensor augmented = Tensor.zeros(DType.U8, SHAPE);

  /// Compares the kernels' bytes, and then measures them.
  List<Row> measure(int rounds) throws Benchmark.AgreementException {
    SwapMixKernel mix = SwapMixKernel.fastest();
    CropMixKernel fast = mix.cropping();
    CropMixKernel plain = new PlainSwapMix().cropping();
    Tensor expectedClips = Tensor.zeros(DType.U8, SHAPE);
    Tensor expected = Tensor.zeros(DType.U8, SHAPE);
    plain.cropAndMix(frames, views, expectedClips, weights, expected);
    fast.cropAndMix(frames, views, clips, weights, augmented);
    if (!clips.contentEquals(expectedClips) || !augmented.contentEquals(expected)) {
      throw new Benchmark.AgreementException(
          mix.name() + " crops or mixes otherwise than the plain kernel");
    }
    KernelBenchmark.Timed one =
        new KernelBenchmark.Timed(() -> fast.cropAndMix(frames, views, clips, weights, augmented));
    KernelBenchmark.Timed two =
        new KernelBenchmark.Timed(() -> {
          fast.crop(frames, views, clips);
          mix.mix(clips, weights, augmented);
        });
    KernelBenchmark.Timed slow =
        new KernelBenchmark.Timed(() -> plain.cropAndMix(frames, views, clips, weights, augmented));
    for (int round = 0; round < rounds; round++) {
      for (KernelBenchmark.Timed each : List.of(one, two, slow)) {
        each.measure();
      }
    }
    return List.of(
        row("crop-mix-u8", one, "crop and then SwapMix of the batch", two),
        row("crop-mix-u8-vs-plain", one, "the plain kernel in one pass", slow));
  }

  private static Row row(
      String name, KernelBenchmark.Timed value, String ceilingName, KernelBenchmark.Timed ceiling) {
    return new Row(name, rate(value), "GB/s", ceilingName, rate(ceiling));
  }

  private static double rate(KernelBenchmark.Timed timed) {
    return SHAPE.elements() / timed.seconds() / 1e9;
  }

  private static List<FrameView> views() {
    List<FrameView> views = new ArrayList<>();
    for (int clip = 0; clip < CLIPS; clip++) {
      FrameView view =
          CropRule.MULTISCALE.training(FRAME, CLIP, CounterRandom.of(1, ID, clip, "crop"));
      views.add(clip % 2 == 0 ? view : view.mirror());
    }
    return views;
  }

  private static FrameBatch noise() {
    int pixels = FRAME.width() * FRAME.height();
    Tensor all = Tensor.zeros(DType.U8, Shape.of(CLIPS, FRAMES, pixels, 3));
    CounterRandom draws = CounterRandom.of(1, ID, 0, "noise");
    for (long i = 0; i + 8 <= all.data().byteSize(); i += 8) {
      all.data().set(ValueLayout.JAVA_LONG_UNALIGNED, i, draws.nextLong());
    }
    long[] size = new long[2 * CLIPS];
    long[] place = new long[CLIPS];
    for (int clip = 0; clip < CLIPS; clip++) {
      size[2 * clip] = FRAME.height();
      size[2 * clip + 1] = FRAME.width();
      place[clip] = clip;
    }
    return new FrameBatch(
        ID,
        new FrameBatch.Frames(
            all, Tensor.ofLongs(Shape.of(CLIPS, 2), size), Tensor.ofLongs(Shape.of(CLIPS), place)),
        Tensor.ofLongs(Shape.of(CLIPS), new long[CLIPS]),
        Tensor.ofLongs(Shape.of(CLIPS, FRAMES), new long[CLIPS * FRAMES]),
        Collections.nCopies(CLIPS, "noise"),
        new ClipBatch.Lineage("benchmark", "none"));
  }
}
