package io.pairstream.kernel;

import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// SwapMix with the vector instructions of the processor, equal to [PlainSwapMix] bit for bit. The
/// JVM must run with `--add-modules jdk.incubator.vector`.
///
/// A vector takes whole pixels, 5 of them in 16 lanes: then every vector has the same weights,
/// which stay in three registers, and a pixel's partners are other lanes of the same vector. The
/// lanes left over read the beginning of the next pixel, and what they write the next vector writes
/// again.
///
/// Works in short loops over plain arrays: one method with many more vector operations than these,
/// or with memory segments in its loop, is over what C2 inlines, and then every vector is an
/// object. Blocks are so small that what lies between two loops stays in the first-level cache.
/// They are read where they are if that is an array, as records are, and so are pixels written; the
/// last block of a clip goes through arrays of the kernel's own.
public final class VectorSwapMix implements SwapMixKernel {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /// As many bytes as there are floats in a vector.
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(
          byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

  /// As many shorts.
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(
          short.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 2)));

  private static final int CHANNELS = 3;
  private static final int LANES = FLOATS.length();

  /// Pixels of a vector.
  private static final int PIXELS = LANES / CHANNELS;

  /// Elements that a vector is ahead of the one before.
  private static final int STEP = PIXELS * CHANNELS;

  /// Elements of a block: whole vectors of any size.
  private static final int BLOCK = 2 * 5 * CHANNELS * 128;

  /// From one plane's values of a block to the next one's; the last vector writes beyond its
  /// pixels.
  private static final int PLANE = BLOCK / CHANNELS + LANES;

  /// Added to a float below 2^22 this leaves it, rounded half to even, in the low bits of the sum.
  private static final float ROUND = 0x1.8p23f;

  private static final int BLACK = Float.floatToRawIntBits(ROUND);
  private static final int WHITE = BLACK + 255;

  private static final VectorShuffle<Float> RED = channel(0);
  private static final VectorShuffle<Float> GREEN = channel(1);
  private static final VectorShuffle<Float> BLUE = channel(2);

  private final float[] w0 = new float[LANES];
  private final float[] w1 = new float[LANES];
  private final float[] w2 = new float[LANES];
  private final byte[] own = new byte[BLOCK + LANES];

  /// Where the bytes of the block are.
  private byte[] source = own;

  /// Where they begin.
  private int start;

  private final byte[] pixels = new byte[BLOCK + LANES];
  private final float[] values = new float[CHANNELS * PLANE];
  private final short[] halves = new short[CHANNELS * PLANE];

  /// Memory, and the array that it is part of, if it is.
  private record Bytes(MemorySegment segment, byte @Nullable [] array) {
    static Bytes of(MemorySegment segment) {
      return new Bytes(segment, segment.heapBase().orElse(null) instanceof byte[] a ? a : null);
    }

    /// Where in the array the byte at an offset lies.
    long place(long offset) {
      return segment.address() + offset;
    }
  }

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
    return new CpuCropMix(this, VectorResizer::new);
  }

  @Override
  public void mix(Tensor frames, MixWeights weights, MixFormat format, MemorySegment out) {
    SwapMixKernel.check(frames, weights, format, out);
    Shape shape = frames.shape();
    long groupsOfClip = format.groupsOfClip(shape.dim(1));
    long groups = shape.dim(0) * groupsOfClip;
    long bytes = shape.elements() / Math.max(1, groups);
    VectorShuffle<Float> partners =
        VectorShuffle.fromOp(FLOATS, i -> i < STEP ? i - i % 3 + weights.partner(i % 3) : 0);
    Bytes from = Bytes.of(frames.data());
    Bytes to = Bytes.of(out);
    for (long group = 0; group < groups; group++) {
      layOut(weights, (int) (group / groupsOfClip));
      if (format == MixFormat.U8) {
        toPixels(from, to, group * bytes, (group + 1) * bytes, partners);
      } else if (format.planar()) {
        toPlanes(from, out, group * bytes, bytes, format, partners);
      } else {
        toValues(from, out, group * bytes, bytes, format, partners);
      }
    }
    source = own;
  }

  private void layOut(MixWeights weights, int clip) {
    for (int i = 0; i < LANES; i++) {
      w0[i] = weights.w0(clip, i % CHANNELS);
      w1[i] = weights.w1(clip, i % CHANNELS);
      w2[i] = weights.w2(clip, i % CHANNELS);
    }
  }

  private void toPixels(Bytes in, Bytes out, long from, long end, VectorShuffle<Float> partners) {
    for (long at = from; at < end; at += BLOCK) {
      int length = (int) Math.min(BLOCK, end - at);
      locate(in, at, length);
      // What is written beyond a block is the clip's own only where another block follows.
      if (out.array() != null && at + BLOCK < end) {
        mixToPixels(out.array(), (int) out.place(at), BLOCK, partners);
      } else {
        mixToPixels(pixels, 0, length, partners);
        MemorySegment.copy(pixels, 0, out.segment(), ValueLayout.JAVA_BYTE, at, length);
      }
    }
  }

  private void toValues(
      Bytes in,
      MemorySegment out,
      long from,
      long bytes,
      MixFormat format,
      VectorShuffle<Float> partners) {
    for (long done = 0; done < bytes; done += BLOCK) {
      int length = (int) Math.min(BLOCK, bytes - done);
      locate(in, from + done, length);
      mixToValues(length, partners);
      store(0, length, format.element(), out, from + done);
    }
  }

  private void toPlanes(
      Bytes in,
      MemorySegment out,
      long from,
      long bytes,
      MixFormat format,
      VectorShuffle<Float> partners) {
    long plane = bytes / CHANNELS;
    for (long done = 0; done < bytes; done += BLOCK) {
      int length = (int) Math.min(BLOCK, bytes - done);
      locate(in, from + done, length);
      mixToPlanes(length, partners);
      for (int c = 0; c < CHANNELS; c++) {
        long index = from + c * plane + done / CHANNELS;
        store(c * PLANE, length / CHANNELS, format.element(), out, index);
      }
    }
  }

  /// Sets `source` and `start` to where a block and what its last vector reads beyond it can be
  /// read.
  private void locate(Bytes in, long at, int length) {
    byte[] array = in.array();
    if (array != null && in.place(at) + length + LANES <= array.length) {
      source = array;
      start = (int) in.place(at);
    } else {
      MemorySegment.copy(in.segment(), ValueLayout.JAVA_BYTE, at, own, 0, length);
      source = own;
      start = 0;
    }
  }

  private void mixToPixels(byte[] target, int at, int length, VectorShuffle<Float> partners) {
    FloatVector a = FloatVector.fromArray(FLOATS, w0, 0);
    FloatVector b = FloatVector.fromArray(FLOATS, w1, 0);
    FloatVector c = FloatVector.fromArray(FLOATS, w2, 0);
    byte[] bytes = source;
    int first = start;
    for (int i = 0; i < length; i += STEP) {
      FloatVector x = floats(bytes, first + i);
      IntVector rounded = mixed(x, x.rearrange(partners), a, b, c).add(ROUND).reinterpretAsInts();
      IntVector pixel = rounded.max(BLACK).min(WHITE);
      ((ByteVector) pixel.convertShape(VectorOperators.I2B, BYTES, 0)).intoArray(target, at + i);
    }
  }

  private void mixToValues(int length, VectorShuffle<Float> partners) {
    FloatVector a = FloatVector.fromArray(FLOATS, w0, 0);
    FloatVector b = FloatVector.fromArray(FLOATS, w1, 0);
    FloatVector c = FloatVector.fromArray(FLOATS, w2, 0);
    byte[] bytes = source;
    int first = start;
    for (int i = 0; i < length; i += STEP) {
      FloatVector x = floats(bytes, first + i);
      mixed(x, x.rearrange(partners), a, b, c).intoArray(values, i);
    }
  }

  private void mixToPlanes(int length, VectorShuffle<Float> partners) {
    FloatVector a = FloatVector.fromArray(FLOATS, w0, 0);
    FloatVector b = FloatVector.fromArray(FLOATS, w1, 0);
    FloatVector c = FloatVector.fromArray(FLOATS, w2, 0);
    byte[] bytes = source;
    int at = start;
    for (int pixel = 0; pixel < length / CHANNELS; pixel += PIXELS) {
      FloatVector x = floats(bytes, at);
      FloatVector y = mixed(x, x.rearrange(partners), a, b, c);
      y.rearrange(RED).intoArray(values, pixel);
      y.rearrange(GREEN).intoArray(values, PLANE + pixel);
      y.rearrange(BLUE).intoArray(values, 2 * PLANE + pixel);
      at += STEP;
    }
  }

  private static FloatVector mixed(
      FloatVector x, FloatVector partner, FloatVector a, FloatVector b, FloatVector c) {
    return a.lanewise(VectorOperators.FMA, x, b.lanewise(VectorOperators.FMA, partner, c));
  }

  private static FloatVector floats(byte[] bytes, int at) {
    ByteVector narrow = ByteVector.fromArray(BYTES, bytes, at);
    IntVector ints = (IntVector) narrow.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
    return (FloatVector) ints.convertShape(VectorOperators.I2F, FLOATS, 0);
  }

  /// Takes values to where they belong, in the type that is wanted there.
  ///
  /// @param from the first of `values`
  /// @param index of the element that it becomes
  private void store(
      int from, int count, MixFormat.Element element, MemorySegment out, long index) {
    switch (element) {
      case U8 -> throw new IllegalStateException("pixels are not made of values");
      case F16 -> {
        roundToHalves(from, from + count);
        MemorySegment.copy(halves, from, out, PlainSwapMix.SHORT, 2 * index, count);
      }
      case BF16 -> {
        roundToBrains(from, from + count);
        MemorySegment.copy(halves, from, out, PlainSwapMix.SHORT, 2 * index, count);
      }
      case F32 -> MemorySegment.copy(values, from, out, PlainSwapMix.FLOAT, 4 * index, count);
    }
  }

  /// A plain loop: C2 knows the instruction, the vector API does not.
  private void roundToHalves(int from, int to) {
    for (int i = from; i < to; i++) {
      halves[i] = Float.floatToFloat16(values[i]);
    }
  }

  private void roundToBrains(int from, int to) {
    for (int i = from; i < to; i += LANES) {
      IntVector bits = FloatVector.fromArray(FLOATS, values, i).reinterpretAsInts();
      IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
      IntVector rounded = bits.add(odd).add(0x7FFF).lanewise(VectorOperators.LSHR, 16);
      ((ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0)).intoArray(halves, i);
    }
  }

  /// The lanes of one channel, in the order of the pixels.
  private static VectorShuffle<Float> channel(int channel) {
    return VectorShuffle.fromOp(FLOATS, i -> i < PIXELS ? CHANNELS * i + channel : 0);
  }
}
