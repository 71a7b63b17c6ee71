package io.pairstream.augmenter.kernel;

import io.pairstream.clip.DType;
import io.pairstream.clip.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The specification of SwapMix: a plain loop over pixels. Every other kernel equals it bit for
/// bit.
public final class PlainSwapMix implements SwapMixKernel {
  static final ValueLayout.OfShort F16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @Override
  public void mix(Tensor frames, MixWeights weights, Tensor augmented) {
    SwapMixKernel.check(frames, weights, augmented);
    for (int clip = 0; clip < weights.clips(); clip++) {
      MemorySegment in = frames.row(clip).data();
      MemorySegment out = augmented.row(clip).data();
      mixRange(in, weights, clip, out, 0, in.byteSize());
    }
  }

  @Override
  public String name() {
    return "plain";
  }

  /// The elements `from` to `to` (exclusive) of one clip, both at the start of a pixel.
  static void mixRange(
      MemorySegment in, MixWeights weights, int clip, MemorySegment out, long from, long to) {
    boolean pixels = weights.output() == DType.U8;
    for (int c = 0; c < 3; c++) {
      float w0 = weights.w0(clip, c);
      float w1 = weights.w1(clip, c);
      float w2 = weights.w2(clip, c);
      int shift = weights.partner(c) - c;
      for (long i = from + c; i < to; i += 3) {
        float own = in.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
        float partner = in.get(ValueLayout.JAVA_BYTE, i + shift) & 0xFF;
        float y = Math.fma(w0, own, Math.fma(w1, partner, w2));
        if (pixels) {
          out.set(ValueLayout.JAVA_BYTE, i, pixel(y));
        } else {
          out.set(F16, 2 * i, Float.floatToFloat16(y));
        }
      }
    }
  }

  /// Rounded half to even and saturated.
  private static byte pixel(float y) {
    return (byte) (int) Math.clamp(Math.rint(y), 0.0, 255.0);
  }
}
