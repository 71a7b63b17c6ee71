package io.pairstream.crop;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Brings RGB frames to a [FrameView], with the pixels that PIL's bilinear filter gives: a triangle
/// as wide as the scale, so that shrinking does not alias, in fixed point with 22 fractional bits,
/// rows first, rounded to bytes in between. The same on every processor. With
/// [FrameView.Filter#ALIASING] the triangle stays as wide as a pixel.
///
/// Made for the frames of one clip and used by one thread.
public final class FrameResizer {
  /// Fractional bits of a weight.
  public static final int FRACTION_BITS = 22;

  /// Half of one, added before rounding down.
  public static final int HALF = 1 << (FRACTION_BITS - 1);

  private static final int CHANNELS = 3;

  private final FrameView view;
  private final Weights across;
  private final Weights down;

  /// The first row of the box that counts.
  private final int firstRow;

  private final byte[] row;
  private final byte[] narrowed;
  private final int[] sums;

  public FrameResizer(FrameView view) {
    this.view = view;
    FrameView.Box window = view.window();
    Axis columns = new Axis(view.box().width(), view.scaled().width(), view.filter());
    Axis lines = new Axis(view.box().height(), view.scaled().height(), view.filter());
    Weights x = Weights.of(columns, window.x(), window.width());
    this.across = view.mirrored() ? x.reversed() : x;
    this.down = Weights.of(lines, window.y(), window.height());
    this.firstRow = down.first[0];
    int rows = down.first[window.height() - 1] + down.count[window.height() - 1] - firstRow;
    this.row = new byte[view.box().width() * CHANNELS];
    this.narrowed = new byte[rows * window.width() * CHANNELS];
    this.sums = new int[window.width() * CHANNELS];
  }

  /// The filter along rows, mirrored if the view is. Its inputs count from the box's left edge.
  public Weights across() {
    return across;
  }

  /// The filter along columns. Its inputs count from the box's upper edge.
  public Weights down() {
    return down;
  }

  /// Bytes of one frame of the clip.
  public int bytesPerFrame() {
    return view.window().width() * view.window().height() * CHANNELS;
  }

  /// Writes one frame of the clip.
  ///
  /// @param rgb U8 [height,width,3]
  /// @param stride bytes from one row to the next
  /// @param clip where [H,W,3] goes, from `offset`
  public void resize(MemorySegment rgb, long stride, byte[] clip, int offset) {
    int outRow = sums.length;
    int rows = narrowed.length / outRow;
    for (int r = 0; r < rows; r++) {
      long from = (view.box().y() + firstRow + r) * stride + (long) view.box().x() * CHANNELS;
      MemorySegment.copy(rgb, ValueLayout.JAVA_BYTE, from, row, 0, row.length);
      narrow(r * outRow);
    }
    for (int y = 0; y < view.window().height(); y++) {
      flatten(y, clip, offset + y * outRow);
    }
  }

  /// One row of the box to the width of the clip.
  private void narrow(int offset) {
    // Local copies: the compiler cannot know that writing `out` changes no field.
    byte[] in = row;
    byte[] out = narrowed;
    int[] weight = across.weight;
    int taps = across.taps;
    int to = offset;
    for (int x = 0; x < across.first.length; x++) {
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      int from = across.first[x] * CHANNELS;
      int end = x * taps + across.count[x];
      for (int k = x * taps; k < end; k++) {
        int w = weight[k];
        red += (in[from] & 0xFF) * w;
        green += (in[from + 1] & 0xFF) * w;
        blue += (in[from + 2] & 0xFF) * w;
        from += CHANNELS;
      }
      // No weight is negative and they add up to one: nothing can leave 0 to 255 but by rounding.
      out[to] = (byte) Math.min(red >> FRACTION_BITS, 255);
      out[to + 1] = (byte) Math.min(green >> FRACTION_BITS, 255);
      out[to + 2] = (byte) Math.min(blue >> FRACTION_BITS, 255);
      to += CHANNELS;
    }
  }

  /// The narrowed rows under one row of the clip.
  private void flatten(int y, byte[] clip, int offset) {
    int[] sum = sums;
    byte[] in = narrowed;
    int outRow = sum.length;
    Arrays.fill(sum, HALF);
    for (int k = 0; k < down.count[y]; k++) {
      int weight = down.weight[y * down.taps + k];
      int from = (down.first[y] - firstRow + k) * outRow;
      for (int i = 0; i < outRow; i++) {
        sum[i] += (in[from + i] & 0xFF) * weight;
      }
    }
    for (int i = 0; i < outRow; i++) {
      clip[offset + i] = (byte) Math.min(sum[i] >> FRACTION_BITS, 255);
    }
  }

  /// How many pixels become how many along one axis.
  private record Axis(int inputs, int outputs, FrameView.Filter filter) {
    double scale() {
      return (double) inputs / outputs;
    }

    /// Half the width of the triangle.
    double support() {
      return switch (filter) {
        case SMOOTH -> Math.max(scale(), 1);
        case ALIASING -> 1;
      };
    }
  }

  /// The filter along one axis: output i is the sum of `weight[i × taps + k] × input[first[i] + k]`
  /// for k below `count[i]`.
  @SuppressWarnings("ArrayRecordComponent") // never compared, and too many to copy
  public record Weights(int[] first, int[] count, int[] weight, int taps) {

    /// @param from first output that is wanted
    /// @param wanted how many outputs
    static Weights of(Axis axis, int from, int wanted) {
      double scale = axis.scale();
      double support = axis.support();
      int taps = (int) Math.ceil(support) * 2 + 1;
      int[] first = new int[wanted];
      int[] count = new int[wanted];
      int[] weight = new int[wanted * taps];
      double[] exact = new double[taps];
      for (int i = 0; i < wanted; i++) {
        double centre = (from + i + 0.5) * scale;
        first[i] = (int) Math.max(centre - support + 0.5, 0);
        count[i] = (int) Math.min(centre + support + 0.5, axis.inputs()) - first[i];
        double sum = 0;
        for (int k = 0; k < count[i]; k++) {
          double distance = Math.abs((k + first[i] - centre + 0.5) * (1 / support));
          exact[k] = distance < 1 ? 1 - distance : 0;
          sum += exact[k];
        }
        for (int k = 0; k < count[i]; k++) {
          weight[i * taps + k] = (int) (0.5 + exact[k] / sum * (1 << FRACTION_BITS));
        }
      }
      return new Weights(first, count, weight, taps);
    }

    Weights reversed() {
      int n = first.length;
      int[] firstBack = new int[n];
      int[] countBack = new int[n];
      int[] weightBack = new int[n * taps];
      for (int i = 0; i < n; i++) {
        firstBack[i] = first[n - 1 - i];
        countBack[i] = count[n - 1 - i];
        System.arraycopy(weight, (n - 1 - i) * taps, weightBack, i * taps, taps);
      }
      return new Weights(firstBack, countBack, weightBack, taps);
    }
  }
}
