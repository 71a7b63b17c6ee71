package io.pairstream.augment.pixel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// A turn of the hue with the vector instructions of the processor, equal to [PlainHue] byte for
/// byte, in saturating bytes and without a division or a table. The JVM must run with
/// `--add-modules jdk.incubator.vector`.
///
/// A third of a turn is an exchange of channels, so only a rest of at most a sixth either way needs
/// arithmetic: δ = rest × chroma levels. On the falling half of the hexagon (for red where green >
/// blue) a channel x goes down by what δ exceeds its lead over the middle one of the three channels;
/// on the rising half it goes up by what δ exceeds its lag behind it:
///
///     falling: x' = max(x − max(δ − max(x − mid, 0), 0), min)
///     rising:  x' = min(x + max(δ − max(mid − x, 0), 0), max)
///
/// All of this is done for each byte of the interleaved pixels, with the pixel's two other channels
/// beside it from shifted reads. Works on blocks that stay in the first-level cache, in short loops
/// over plain arrays: one loop with all of it is over what C2 inlines, and then every vector is an
/// object.
public final class VectorHue implements HueKernel {
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;

  /// As many bytes as there are shorts in a vector.
  private static final VectorSpecies<Byte> NARROW =
      VectorSpecies.of(
          byte.class, VectorShape.forBitSize(Math.max(64, SHORTS.vectorBitSize() / 2)));

  /// Bytes of a block: whole pixels and whole vectors.
  private static final int BLOCK = 3 * 1024;

  /// Others of a pixel lie at most 2 bytes away; what is read beyond a block is not used.
  private static final int MARGIN = 2;

  private static final int THIRD = TURN / 3;

  private final byte[] block = new byte[MARGIN + BLOCK + MARGIN];
  private final byte[] same = new byte[BLOCK];
  private final byte[] next = new byte[BLOCK];
  private final byte[] previous = new byte[BLOCK];
  private final byte[] high = new byte[BLOCK];
  private final byte[] low = new byte[BLOCK];
  private final byte[] middle = new byte[BLOCK];
  private final byte[] delta = new byte[BLOCK];
  private final byte[] turned = new byte[BLOCK];

  /// All ones at each red byte.
  private final byte[] red = new byte[BLOCK];

  /// All ones at each blue byte.
  private final byte[] blue = new byte[BLOCK];

  VectorHue() {
    for (int i = 0; i < BLOCK; i += ClipPixels.CHANNELS) {
      red[i] = (byte) 0xFF;
      blue[i + 2] = (byte) 0xFF;
    }
  }

  /// Whether this processor has vectors wide enough to be worth it.
  static boolean supported() {
    return SHORTS.vectorBitSize() >= 256;
  }

  @Override
  public void turn(byte[] rgb, int from, int to, int steps) {
    int shifted = Math.floorMod(steps, TURN) + THIRD / 2;
    int rest = shifted % THIRD - THIRD / 2;
    // Output channel c is the turned channel c − thirds, which is followed by that one's next.
    byte[][] order =
        switch (shifted / THIRD % 3) {
          case 0 -> new byte[][] {same, next, previous};
          case 1 -> new byte[][] {previous, same, next};
          default -> new byte[][] {next, previous, same};
        };
    byte[] own = order[0];
    // The other way round, rising and falling are exchanged.
    byte[] after = rest < 0 ? order[2] : order[1];
    byte[] before = rest < 0 ? order[1] : order[2];
    // Half a level is rounded up, which is towards zero on the other way.
    short rounding = (short) (rest < 0 ? 127 : 128);
    for (int at = from; at < to; at += BLOCK) {
      int length = Math.min(BLOCK, to - at);
      System.arraycopy(rgb, at, block, MARGIN, length);
      gather();
      order();
      multiply((short) Math.abs(rest), rounding);
      move(own, after, before);
      System.arraycopy(turned, 0, rgb, at, length);
    }
  }

  /// Lays the other two channels of each byte's pixel beside it.
  private void gather() {
    for (int i = 0; i < BLOCK; i += BYTES.length()) {
      ByteVector blueHere = ByteVector.fromArray(BYTES, blue, i);
      ByteVector redHere = ByteVector.fromArray(BYTES, red, i);
      ByteVector.fromArray(BYTES, block, MARGIN + i).intoArray(same, i);
      ByteVector.fromArray(BYTES, block, MARGIN + i + 1)
          .bitwiseBlend(ByteVector.fromArray(BYTES, block, MARGIN + i - 2), blueHere)
          .intoArray(next, i);
      ByteVector.fromArray(BYTES, block, MARGIN + i - 1)
          .bitwiseBlend(ByteVector.fromArray(BYTES, block, MARGIN + i + 2), redHere)
          .intoArray(previous, i);
    }
  }

  /// Finds the largest, the smallest and the middle channel.
  private void order() {
    for (int i = 0; i < BLOCK; i += BYTES.length()) {
      ByteVector a = ByteVector.fromArray(BYTES, same, i);
      ByteVector b = ByteVector.fromArray(BYTES, next, i);
      ByteVector c = ByteVector.fromArray(BYTES, previous, i);
      ByteVector larger = a.lanewise(VectorOperators.UMAX, b);
      ByteVector smaller = a.lanewise(VectorOperators.UMIN, b);
      larger.lanewise(VectorOperators.UMAX, c).intoArray(high, i);
      smaller.lanewise(VectorOperators.UMIN, c).intoArray(low, i);
      smaller
          .lanewise(VectorOperators.UMAX, larger.lanewise(VectorOperators.UMIN, c))
          .intoArray(middle, i);
    }
  }

  /// |δ|.
  private void multiply(short rest, short rounding) {
    for (int i = 0; i < BLOCK; i += NARROW.length()) {
      ByteVector chroma =
          ByteVector.fromArray(NARROW, high, i).sub(ByteVector.fromArray(NARROW, low, i));
      ShortVector wide =
          (ShortVector) chroma.convertShape(VectorOperators.ZERO_EXTEND_B2S, SHORTS, 0);
      ShortVector levels = wide.mul(rest).add(rounding).lanewise(VectorOperators.LSHR, Byte.SIZE);
      ((ByteVector) levels.convertShape(VectorOperators.S2B, NARROW, 0)).intoArray(delta, i);
    }
  }

  private void move(byte[] own, byte[] after, byte[] before) {
    for (int i = 0; i < BLOCK; i += BYTES.length()) {
      ByteVector x = ByteVector.fromArray(BYTES, own, i);
      ByteVector mid = ByteVector.fromArray(BYTES, middle, i);
      ByteVector far = ByteVector.fromArray(BYTES, delta, i);
      VectorMask<Byte> falling =
          ByteVector.fromArray(BYTES, after, i)
              .compare(VectorOperators.UGT, ByteVector.fromArray(BYTES, before, i));
      ByteVector down =
          x.lanewise(
                  VectorOperators.SUSUB,
                  far.lanewise(VectorOperators.SUSUB, x.lanewise(VectorOperators.SUSUB, mid)))
              .lanewise(VectorOperators.UMAX, ByteVector.fromArray(BYTES, low, i));
      ByteVector up =
          x.lanewise(
                  VectorOperators.SUADD,
                  far.lanewise(VectorOperators.SUSUB, mid.lanewise(VectorOperators.SUSUB, x)))
              .lanewise(VectorOperators.UMIN, ByteVector.fromArray(BYTES, high, i));
      up.blend(down, falling).intoArray(turned, i);
    }
  }
}
