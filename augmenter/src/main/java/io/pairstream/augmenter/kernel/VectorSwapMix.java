package io.pairstream.augmenter.kernel;

import io.pairstream.clip.DType;
import io.pairstream.clip.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

public final class VectorSwapMix implements SwapMixKernel {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> WIDE = ByteVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 4));
  private static final int LANES = FLOATS.length();
  private static final float ROUND = 0x1.8p23f;
  private static final int ZERO = Float.floatToRawIntBits(ROUND);

  private static final int BLOCK = 3 * 1024;
  private static final int MARGIN = 64;

  private final byte[] own = new byte[BLOCK + 2 * MARGIN];
  private final byte[] partner = new byte[BLOCK];
  private final byte[] mixed = new byte[BLOCK];
  private final float[] values = new float[BLOCK];
  private final short[] halves = new short[BLOCK];
  private final float[] w0 = new float[BLOCK];
  private final float[] w1 = new float[BLOCK];
  private final float[] w2 = new float[BLOCK];
  private final byte[][] masks = new byte[3][BLOCK];

  public VectorSwapMix() {
    for (int i = 0; i < BLOCK; i++) {
      masks[i % 3][i] = (byte) 0xFF;
    }
  }

  @Override
  public String name() {
    return "vector-" + FLOATS.vectorBitSize();
  }

  @Override
  public void mix(Tensor frames, MixWeights weights, Tensor augmented) {
    SwapMixKernel.check(frames, weights, augmented);
    for (int clip = 0; clip < weights.clips(); clip++) {
      MemorySegment in = frames.row(clip).data();
      MemorySegment out = augmented.row(clip).data();
      for (int i = 0; i < BLOCK; i++) {
        w0[i] = weights.w0(clip, i % 3);
        w1[i] = weights.w1(clip, i % 3);
        w2[i] = weights.w2(clip, i % 3);
      }
      long size = in.byteSize();
      for (long from = 0; from < size; from += BLOCK) {
        int length = (int) Math.min(BLOCK, size - from);
        MemorySegment.copy(in, ValueLayout.JAVA_BYTE, from, own, MARGIN, length);
        partners(weights.partner(0), weights.partner(1) - 1, weights.partner(2) - 2);
        if (weights.output() == DType.U8) {
          pixels();
          MemorySegment.copy(mixed, 0, out, ValueLayout.JAVA_BYTE, from, length);
        } else {
          floats();
          halves();
          MemorySegment.copy(halves, 0, out, PlainSwapMix.F16, 2 * from, length);
        }
      }
    }
  }

  private void partners(int shift0, int shift1, int shift2) {
    for (int i = 0; i < BLOCK; i += WIDE.length()) {
      ByteVector a = ByteVector.fromArray(WIDE, own, MARGIN + i + shift0);
      ByteVector b = ByteVector.fromArray(WIDE, own, MARGIN + i + shift1);
      ByteVector c = ByteVector.fromArray(WIDE, own, MARGIN + i + shift2);
      a.and(ByteVector.fromArray(WIDE, masks[0], i))
          .or(b.and(ByteVector.fromArray(WIDE, masks[1], i)))
          .or(c.and(ByteVector.fromArray(WIDE, masks[2], i)))
          .intoArray(partner, i);
    }
  }

  private void pixels() {
    for (int i = 0; i < BLOCK; i += LANES) {
      IntVector y = mixed(i).add(ROUND).reinterpretAsInts().max(ZERO).min(ZERO + 255);
      ((ByteVector) y.convertShape(VectorOperators.I2B, BYTES, 0)).intoArray(mixed, i);
    }
  }

  private void floats() {
    for (int i = 0; i < BLOCK; i += LANES) {
      mixed(i).intoArray(values, i);
    }
  }

  private void halves() {
    for (int i = 0; i < BLOCK; i++) {
      halves[i] = Float.floatToFloat16(values[i]);
    }
  }

  private FloatVector mixed(int i) {
    FloatVector u = load(own, MARGIN + i);
    FloatVector v = load(partner, i);
    FloatVector inner =
        FloatVector.fromArray(FLOATS, w1, i)
            .lanewise(VectorOperators.FMA, v, FloatVector.fromArray(FLOATS, w2, i));
    return FloatVector.fromArray(FLOATS, w0, i).lanewise(VectorOperators.FMA, u, inner);
  }

  private static FloatVector load(byte[] bytes, int at) {
    ByteVector raw = ByteVector.fromArray(BYTES, bytes, at);
    IntVector ints = (IntVector) raw.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
    return (FloatVector) ints.convertShape(VectorOperators.I2F, FLOATS, 0);
  }
}
