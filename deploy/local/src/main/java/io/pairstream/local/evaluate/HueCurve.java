package io.pairstream.local.evaluate;

import io.pairstream.augment.pixel.HueKernel;
import io.pairstream.clip.Tensor;
import io.pairstream.trainer.loss.Ensemble;
import io.pairstream.trainer.loss.TopK;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// How often a model is right when the hues of all its clips are turned by an angle: what colour is
/// worth to it. A turn leaves saturation and value as they are, and is the one of `hue-jitter`.
public final class HueCurve {
  private static final int CIRCLE = 360;

  private final HueKernel kernel = HueKernel.fastest();
  private final SortedMap<Integer, Counts> counts = new TreeMap<>();
  private byte[] pixels = new byte[0];

  /// The angles of a curve: the multiples of a step below a whole turn, or none. An angle of 0 is
  /// the test itself.
  ///
  /// @param step in degrees, 0 for no curve
  public record Angles(int step) {
    public Angles {
      if (step < 0 || step > CIRCLE / 2) {
        throw new IllegalArgumentException("--hue-curve " + step + " is not from 0 to 180 degrees");
      }
    }

    /// In degrees, without 0.
    List<Integer> turned() {
      return step == 0
          ? List.of()
          : IntStream.iterate(step, angle -> angle < CIRCLE, angle -> angle + step)
              .boxed()
              .toList();
    }
  }

  /// Videos classified right.
  ///
  /// @param videos how many were tested
  /// @param top1 whose class came first
  /// @param top5 whose class was among the first five
  public record Counts(int videos, int top1, int top5) {
    Counts plus(Counts other) {
      return new Counts(videos + other.videos, top1 + other.top1, top5 + other.top5);
    }

    /// The share whose class came first.
    public double top1Share() {
      return (double) top1 / videos;
    }

    /// The share whose class was among the first five.
    public double top5Share() {
      return (double) top5 / videos;
    }
  }

  /// The same frames with their hues turned; they are overwritten by the next call.
  ///
  /// @param frames U8 [N,T,H,W,3]
  Tensor turned(Tensor frames, int degrees) {
    int bytes = Math.toIntExact(frames.data().byteSize());
    if (pixels.length < bytes) {
      pixels = new byte[bytes];
    }
    MemorySegment.copy(frames.data(), ValueLayout.JAVA_BYTE, 0, pixels, 0, bytes);
    kernel.turn(pixels, 0, bytes, steps(degrees));
    return new Tensor(
        frames.dtype(), frames.shape(), MemorySegment.ofArray(pixels).asSlice(0, bytes));
  }

  private static int steps(int degrees) {
    return (int) Math.rint((double) degrees * HueKernel.TURN / CIRCLE);
  }

  /// Counts what was answered at an angle.
  ///
  /// @param viewScores [videos·viewsPerVideo,classes]
  void add(int degrees, long[] labels, int viewsPerVideo, float[] viewScores) {
    int classes = viewScores.length / labels.length / viewsPerVideo;
    float[] sums = Ensemble.sum(viewScores, viewsPerVideo, classes);
    Counts found =
        new Counts(labels.length, TopK.correct(sums, labels, 1), TopK.correct(sums, labels, 5));
    counts.merge(degrees, found, Counts::plus);
  }

  /// By angle.
  SortedMap<Integer, Counts> counts() {
    return new TreeMap<>(counts);
  }

  /// The mean of top-1 over the angles other than 0, NaN if there are none.
  static double turnedMean(SortedMap<Integer, Counts> counts) {
    return counts.tailMap(1).values().stream()
        .mapToDouble(Counts::top1Share)
        .average()
        .orElse(Double.NaN);
  }
}
