package io.pairstream.augmenter.kernel;

import io.pairstream.clip.DType;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.FrameResizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The specification of SwapMix: a plain loop over pixels and their channels. Every other kernel
/// equals it bit for bit.
public final class PlainSwapMix implements SwapMixKernel {
  static final ValueLayout.OfShort F16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public CropMixKernel cropping() {
    return new CpuCropMix(this, view -> new FrameResizer(view)::resize, CpuCropMix.Passes.ONE);
  }

  @Override
  public void mix(Tensor frames, MixWeights weights, Tensor augmented) {
    SwapMixKernel.check(frames, weights, augmented);
    boolean toPixels = weights.output() == DType.U8;
    for (int clip = 0; clip < weights.clips(); clip++) {
      MemorySegment in = frames.row(clip).data();
      MemorySegment out = augmented.row(clip).data();
      for (long pixel = 0; pixel < in.byteSize(); pixel += 3) {
        for (int c = 0; c < 3; c++) {
          float own = in.get(ValueLayout.JAVA_BYTE, pixel + c) & 0xFF;
          float partner = in.get(ValueLayout.JAVA_BYTE, pixel + weights.partner(c)) & 0xFF;
          float inner = Math.fma(weights.w1(clip, c), partner, weights.w2(clip, c));
          float y = Math.fma(weights.w0(clip, c), own, inner);
          if (toPixels) {
            out.set(ValueLayout.JAVA_BYTE, pixel + c, pixel(y));
          } else {
            out.set(F16, 2 * (pixel + c), Float.floatToFloat16(y));
          }
        }
      }
    }
  }

  /// Rounded half to even and saturated.
  private static byte pixel(float y) {
    return (byte) (int) Math.rint(Math.clamp(y, 0f, 255f));
  }
}
