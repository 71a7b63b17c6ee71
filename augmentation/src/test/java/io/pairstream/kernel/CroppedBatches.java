package io.pairstream.kernel;

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
import io.pairstream.wire.Batches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// Batches of noise to be cropped: frames larger and smaller than the clip, of odd sides, of one
/// pixel, lying and standing.
public final class CroppedBatches {
  /// Of one vector and less, of odd sides, and larger than every frame.
  public static final List<Size> CLIP_SIZES =
      List.of(new Size(1, 1), new Size(8, 6), new Size(17, 19), new Size(32, 32), new Size(90, 71));

  private static final List<Size> FRAMES =
      List.of(
          new Size(61, 33), new Size(33, 61), new Size(1, 1), new Size(17, 19), new Size(5, 64));

  private static final long[] PLACES = {0, 1, 3, 4, 7};

  private CroppedBatches() {}

  /// Two frames of each size.
  public static FrameBatch frames(BatchId id) {
    int pixels = FRAMES.stream().mapToInt(s -> s.width() * s.height()).max().orElseThrow();
    return frames(id, Shape.of(FRAMES.size(), 2, pixels, 3), FRAMES);
  }

  /// Frames of one size.
  ///
  /// @param pixels [N,T,P,3]
  public static FrameBatch frames(BatchId id, Shape pixels, Size size) {
    return frames(id, pixels, Collections.nCopies((int) pixels.dim(0), size));
  }

  private static FrameBatch frames(BatchId id, Shape pixels, List<Size> sizes) {
    int n = sizes.size();
    int t = (int) pixels.dim(1);
    long[] size = sizes.stream().flatMapToLong(CroppedBatches::both).toArray();
    return new FrameBatch(
        id,
        new FrameBatch.Frames(
            Batches.noise(id, DType.U8, pixels),
            Tensor.ofLongs(Shape.of(n, 2), size),
            Tensor.ofLongs(Shape.of(n), Arrays.copyOf(PLACES, n))),
        Tensor.ofLongs(Shape.of(n), new long[n]),
        Tensor.ofLongs(Shape.of(n, t), new long[n * t]),
        Collections.nCopies(n, "noise"),
        new ClipBatch.Lineage("test", "segments"));
  }

  private static java.util.stream.LongStream both(Size size) {
    return java.util.stream.LongStream.of(size.height(), size.width());
  }

  /// A random view of each clip, a whole one, a scaled centre; some of them mirrored, some
  /// aliasing.
  public static List<FrameView> views(FrameBatch frames, Size clip) {
    List<FrameView> views = new ArrayList<>();
    for (int n = 0; n < frames.clips(); n++) {
      Size frame = new Size(frames.width(n), frames.height(n));
      CounterRandom random = CounterRandom.of(1, frames.id(), n, "crop");
      FrameView view =
          switch (n % 3) {
            case 0 -> CropRule.MULTISCALE.training(frame, clip, random);
            case 1 -> FrameView.centre(frame, clip);
            default -> FrameView.whole(frame, clip);
          };
      FrameView turned = random.nextDouble() < 0.5 ? view.mirror() : view;
      views.add(random.nextDouble() < 0.5 ? aliasing(turned) : turned);
    }
    return views;
  }

  private static FrameView aliasing(FrameView view) {
    return new FrameView(
        view.box(), view.scaled(), view.window(), view.mirrored(), FrameView.Filter.ALIASING);
  }

  /// Any λ for each clip; the next channel is the partner in every other batch, the previous one in
  /// those between.
  public static MixWeights weights(FrameBatch frames, DType output) {
    List<Float> lambdas = new ArrayList<>();
    for (int n = 0; n < frames.clips(); n++) {
      lambdas.add((float) CounterRandom.of(3, frames.id(), n, "mix-weight").nextDouble());
    }
    List<Integer> order = frames.id().batch() % 2 == 0 ? List.of(1, 2, 0) : List.of(2, 0, 1);
    return MixWeights.fold(
        new PairRecipe.SwapMix("swapmix(beta=1)", lambdas, order), Normalization.IMAGENET, output);
  }
}
