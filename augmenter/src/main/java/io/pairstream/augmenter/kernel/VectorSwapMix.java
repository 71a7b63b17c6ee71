package io.pairstream.augmenter.kernel;

import io.pairstream.clip.DType;
import io.pairstream.clip.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// SwapMix with the vector instructions of the processor, equal to [PlainSwapMix] bit for bit. The
/// JVM must run with `--add-modules jdk.incubator.vector`.
///
/// Works on blocks that stay in the first-level cache with their weights, in short loops over plain
/// arrays: one method with more vector operations than these, or with memory segments in its loop,
/// is over what C2 inlines, and then every vector is an object. The weights repeat every three
/// bytes, so they are laid out along a block once a clip and nothing is shuffled: the partner
/// channels are three shifted reads and three masks.
///
/// Blocks are read and written where they are if both sides are arrays, as records are; the last
/// one of a clip, and one at the edge of its array, through arrays of the kernel's own.
public final class VectorSwapMix implements SwapMixKernel {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /// Shifted reads of 64 bytes would all cross a line of the cache.
  private static final VectorSpecies<Byte> WIDE = ByteVector.SPECIES_256;

  /// As many bytes as there are floats in a vector.
  private static final VectorSpecies<Byte> NARROW =
      VectorSpecies.of(
          byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

  private static final int LANES = FLOATS.length();

  /// Added to a float below 2^22 this leaves it, rounded half to even, in the low bits of the sum.
  private static final float ROUND = 0x1.8p23f;

  private static final int BLACK = Float.floatToRawIntBits(ROUND);
  private static final int WHITE = BLACK + 255;

  /// Elements of a block: whole pixels and whole vectors.
  private static final int BLOCK = 3 * 256;

  /// Partners lie at most 2 elements away; reads beyond the block are masked out.
  private static final int MARGIN = 2;

  private final byte[] own = new byte[MARGIN + BLOCK + MARGIN];

  /// Where the bytes of the block are.
  private byte[] source = own;

  /// Where they begin.
  private int start = MARGIN;

  private final byte[] partner = new byte[BLOCK];
  private final byte[] pixels = new byte[BLOCK];
  private final float[] values = new float[BLOCK];
  private final short[] halves = new short[BLOCK];
  private final float[] w0 = new float[BLOCK];
  private final float[] w1 = new float[BLOCK];
  private final float[] w2 = new float[BLOCK];
  private final byte[] red = channelMask(0);
  private final byte[] green = channelMask(1);
  private final byte[] blue = channelMask(2);

  /// Whether this processor has vectors wide enough to be worth it.
  public static boolean supported() {
    return FLOATS.vectorBitSize() >= 256;
  }

  @Override
  public String name() {
    return "vector-" + FLOATS.vectorBitSize();
  }

  @Override
  public CropMixKernel cropping() {
    return new CpuCropMix(this, VectorResizer::new, CpuCropMix.Passes.ONE);
  }

  @Override
  public void mix(Tensor frames, MixWeights weights, Tensor augmented) {
    SwapMixKernel.check(frames, weights, augmented);
    for (int clip = 0; clip < weights.clips(); clip++) {
      MemorySegment in = frames.row(clip).data();
      MemorySegment out = augmented.row(clip).data();
      layOut(weights, clip);
      if (weights.output() == DType.U8) {
        toPixels(weights, in, out);
      } else {
        toHalves(weights, in, out);
      }
    }
  }

  // The last block of a clip holds old bytes beyond its end: mixed too, but not copied out.
  private void toPixels(MixWeights weights, MemorySegment in, MemorySegment out) {
    byte[] inArray = array(in);
    byte[] outArray = array(out);
    for (long from = 0; from < in.byteSize(); from += BLOCK) {
      int length = (int) Math.min(BLOCK, in.byteSize() - from);
      locate(inArray, in.address(), in, from, length);
      gatherPartners(weights.partner(0), weights.partner(1) - 1, weights.partner(2) - 2);
      writePixels(outArray, out.address(), out, from, length);
    }
  }

  private void toHalves(MixWeights weights, MemorySegment in, MemorySegment out) {
    byte[] inArray = array(in);
    for (long from = 0; from < in.byteSize(); from += BLOCK) {
      int length = (int) Math.min(BLOCK, in.byteSize() - from);
      locate(inArray, in.address(), in, from, length);
      gatherPartners(weights.partner(0), weights.partner(1) - 1, weights.partner(2) - 2);
      mixToValues();
      roundToHalves();
      MemorySegment.copy(halves, 0, out, PlainSwapMix.F16, 2 * from, length);
    }
  }

  /// Sets `source` and `start` to where a block can be read with its margins.
  ///
  /// @param array that holds the clip from `base` on, if there is one
  private void locate(byte @Nullable [] array, long base, MemorySegment in, long from, int length) {
    long at = base + from;
    if (array != null && length == BLOCK && at >= MARGIN && at + BLOCK + MARGIN <= array.length) {
      source = array;
      start = (int) at;
    } else {
      MemorySegment.copy(in, ValueLayout.JAVA_BYTE, from, own, MARGIN, length);
      source = own;
      start = MARGIN;
    }
  }

  private void writePixels(
      byte @Nullable [] array, long base, MemorySegment out, long from, int length) {
    if (array != null && length == BLOCK) {
      mixToPixels(array, (int) (base + from));
    } else {
      mixToPixels(pixels, 0);
      MemorySegment.copy(pixels, 0, out, ValueLayout.JAVA_BYTE, from, length);
    }
  }

  private static byte @Nullable [] array(MemorySegment segment) {
    return segment.heapBase().orElse(null) instanceof byte[] array ? array : null;
  }

  private void layOut(MixWeights weights, int clip) {
    for (int i = 0; i < BLOCK; i++) {
      w0[i] = weights.w0(clip, i % 3);
      w1[i] = weights.w1(clip, i % 3);
      w2[i] = weights.w2(clip, i % 3);
    }
  }

  private void gatherPartners(int redShift, int greenShift, int blueShift) {
    for (int i = 0; i < BLOCK; i += WIDE.length()) {
      masked(redShift, red, i)
          .or(masked(greenShift, green, i))
          .or(masked(blueShift, blue, i))
          .intoArray(partner, i);
    }
  }

  private ByteVector masked(int shift, byte[] mask, int i) {
    return ByteVector.fromArray(WIDE, source, start + i + shift)
        .and(ByteVector.fromArray(WIDE, mask, i));
  }

  private void mixToPixels(byte[] target, int at) {
    for (int i = 0; i < BLOCK; i += LANES) {
      IntVector rounded = mixed(i).add(ROUND).reinterpretAsInts().max(BLACK).min(WHITE);
      ((ByteVector) rounded.convertShape(VectorOperators.I2B, NARROW, 0)).intoArray(target, at + i);
    }
  }

  private void mixToValues() {
    for (int i = 0; i < BLOCK; i += LANES) {
      mixed(i).intoArray(values, i);
    }
  }

  /// A plain loop: C2 knows the instruction, the vector API does not.
  private void roundToHalves() {
    for (int i = 0; i < BLOCK; i++) {
      halves[i] = Float.floatToFloat16(values[i]);
    }
  }

  private FloatVector mixed(int i) {
    FloatVector inner =
        FloatVector.fromArray(FLOATS, w1, i)
            .lanewise(
                VectorOperators.FMA, floats(partner, i), FloatVector.fromArray(FLOATS, w2, i));
    return FloatVector.fromArray(FLOATS, w0, i)
        .lanewise(VectorOperators.FMA, floats(source, start + i), inner);
  }

  private static FloatVector floats(byte[] bytes, int at) {
    ByteVector narrow = ByteVector.fromArray(NARROW, bytes, at);
    IntVector ints = (IntVector) narrow.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
    return (FloatVector) ints.convertShape(VectorOperators.I2F, FLOATS, 0);
  }

  private static byte[] channelMask(int channel) {
    byte[] mask = new byte[BLOCK];
    for (int i = channel; i < BLOCK; i += 3) {
      mask[i] = (byte) 0xFF;
    }
    return mask;
  }
}
