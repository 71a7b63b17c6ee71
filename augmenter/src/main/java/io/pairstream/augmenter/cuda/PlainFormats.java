package io.pairstream.augmenter.cuda;

import io.pairstream.augmenter.kernel.MixWeights;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What every format should be, element by element as the wire's expression says, slowly: `fma(w0,
/// u_c, fma(w1, u_p[c], w2))`.
public final class PlainFormats {
  private PlainFormats() {}

  /// @param frames U8 [N,T,H,W,3]
  public static MemorySegment expected(Tensor frames, MixWeights weights, CudaFormat format) {
    Shape shape = frames.shape();
    byte[] out = new byte[Math.toIntExact(shape.elements() * format.bytes())];
    MemorySegment result = MemorySegment.ofArray(out);
    long framePixels = shape.dim(2) * shape.dim(3);
    long clipPixels = shape.dim(1) * framePixels;
    long pixel = 0;
    for (int clip = 0; clip < shape.dim(0); clip++) {
      for (long p = 0; p < clipPixels; p++, pixel++) {
        for (int c = 0; c < 3; c++) {
          long at =
              switch (format) {
                case U8, F16, BF16, F32 -> pixel * 3 + c;
                case CTHW_F16, CTHW_BF16, CTHW_F32 -> (clip * 3L + c) * clipPixels + p;
                case TCHW_F16, TCHW_BF16, TCHW_F32 ->
                    ((pixel / framePixels) * 3 + c) * framePixels + pixel % framePixels;
              };
          float own = u(frames, pixel * 3 + c);
          float partner = u(frames, pixel * 3 + weights.partner(c));
          float inner = Math.fma(weights.w1(clip, c), partner, weights.w2(clip, c));
          put(result, at, Math.fma(weights.w0(clip, c), own, inner), format);
        }
      }
    }
    return result;
  }

  private static float u(Tensor frames, long at) {
    return frames.data().get(ValueLayout.JAVA_BYTE, at) & 0xFF;
  }

  private static void put(MemorySegment result, long at, float y, CudaFormat format) {
    switch (format) {
      case U8 ->
          result.set(ValueLayout.JAVA_BYTE, at, (byte) (int) Math.rint(Math.clamp(y, 0f, 255f)));
      case F16, CTHW_F16, TCHW_F16 ->
          result.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * at, Float.floatToFloat16(y));
      case BF16, CTHW_BF16, TCHW_BF16 ->
          result.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * at, brain(y));
      case F32, CTHW_F32, TCHW_F32 -> result.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * at, y);
    }
  }

  /// The upper half of a float, rounded half to even.
  private static short brain(float y) {
    int bits = Float.floatToRawIntBits(y);
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }
}
