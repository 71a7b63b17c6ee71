package io.pairstream.kernel;

import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.FrameResizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The specification of SwapMix in every format: a plain loop over pixels and their channels. Every
/// other kernel equals it bit for bit.
public final class PlainSwapMix implements SwapMixKernel {
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public CropMixKernel cropping() {
    return new CpuCropMix(this, view -> new FrameResizer(view)::resize);
  }

  @Override
  public void mix(Tensor frames, MixWeights weights, MixFormat format, MemorySegment out) {
    SwapMixKernel.check(frames, weights, format, out);
    Shape shape = frames.shape();
    long groupsOfClip = format.groupsOfClip(shape.dim(1));
    long groups = shape.dim(0) * groupsOfClip;
    long pixels = shape.elements() / 3 / Math.max(1, groups);
    // Between two pixels of a channel, and between two channels of a pixel.
    long pixelStep = format.planar() ? 1 : 3;
    long channelStep = format.planar() ? pixels : 1;
    for (long group = 0; group < groups; group++) {
      int clip = (int) (group / groupsOfClip);
      long from = group * pixels * 3;
      for (long pixel = 0; pixel < pixels; pixel++) {
        for (int c = 0; c < 3; c++) {
          float y = mixed(frames.data(), from + pixel * 3, weights, clip, c);
          put(out, from + pixel * pixelStep + c * channelStep, y, format.element());
        }
      }
    }
  }

  private static float mixed(MemorySegment in, long pixel, MixWeights weights, int clip, int c) {
    float own = in.get(ValueLayout.JAVA_BYTE, pixel + c) & 0xFF;
    float partner = in.get(ValueLayout.JAVA_BYTE, pixel + weights.partner(c)) & 0xFF;
    float inner = Math.fma(weights.w1(clip, c), partner, weights.w2(clip, c));
    return Math.fma(weights.w0(clip, c), own, inner);
  }

  private static void put(MemorySegment out, long index, float y, MixFormat.Element element) {
    switch (element) {
      case U8 -> out.set(ValueLayout.JAVA_BYTE, index, pixel(y));
      case F16 -> out.set(SHORT, 2 * index, Float.floatToFloat16(y));
      case BF16 -> out.set(SHORT, 2 * index, brain(y));
      case F32 -> out.set(FLOAT, 4 * index, y);
    }
  }

  /// Rounded half to even and saturated.
  private static byte pixel(float y) {
    return (byte) (int) Math.rint(Math.clamp(y, 0f, 255f));
  }

  /// The upper half of a float that is a number, rounded half to even.
  static short brain(float y) {
    int bits = Float.floatToRawIntBits(y);
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }
}
