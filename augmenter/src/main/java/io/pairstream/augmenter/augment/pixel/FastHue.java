package io.pairstream.augmenter.augment.pixel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A turn of the hue, equal to [PlainHue] byte for byte, without a division, a table or a branch.
///
/// A third of a turn is an exchange of channels, so only a rest of at most a sixth either way needs
/// arithmetic. For such a rest, δ = rest × chroma levels, each channel x follows from the three:
/// where it is between its bounds it moves by δ, downwards on the falling half of the hexagon (for
/// red where green > blue) and upwards on the other; where it rests at a bound, max or min, it is as
/// far beyond the bound as the hexagon's position is from the bend. Both cases are
///
///     x' = clamp(2x + max + min − (r + g + b) ∓ δ, min, max)
///
/// Pixels go through blocks of one int each, and the loop over a block has nothing that C2 would
/// not make vectors of.
public final class FastHue {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /// Pixels of a block, which stays in the first-level cache.
  private static final int BLOCK = 2048;

  private static final int THIRD = PlainHue.TURN / 3;

  private FastHue() {}

  /// Turns the hue of pixels, as [PlainHue#turn] does.
  public static void turn(byte[] rgb, int from, int to, int steps, Workspace workspace) {
    int shifted = Math.floorMod(steps, PlainHue.TURN) + THIRD / 2;
    int thirds = shifted / THIRD;
    int rest = shifted % THIRD - THIRD / 2;
    int[] block = workspace.ints(BLOCK);
    for (int at = from; at < to; at += BLOCK * ClipPixels.CHANNELS) {
      int count = Math.min(BLOCK, (to - at) / ClipPixels.CHANNELS);
      // Four bytes are read and written for three: the last pixel must not touch what follows it.
      pack(rgb, at, block, count - 1);
      int last = at + (count - 1) * ClipPixels.CHANNELS;
      block[count - 1] =
          rgb[last] & 0xFF | (rgb[last + 1] & 0xFF) << 8 | (rgb[last + 2] & 0xFF) << 16;
      turn(block, count, rest, 8 * (thirds % 3), 8 * ((thirds + 1) % 3), 8 * ((thirds + 2) % 3));
      unpack(block, rgb, at, count - 1);
      rgb[last] = (byte) block[count - 1];
      rgb[last + 1] = (byte) (block[count - 1] >> 8);
      rgb[last + 2] = (byte) (block[count - 1] >> 16);
    }
  }

  private static void pack(byte[] rgb, int at, int[] block, int count) {
    for (int i = 0; i < count; i++) {
      block[i] = (int) INT.get(rgb, at + 3 * i);
    }
  }

  /// In ascending order: each pixel's fourth byte is the next one's first.
  private static void unpack(int[] block, byte[] rgb, int at, int count) {
    for (int i = 0; i < count; i++) {
      INT.set(rgb, at + 3 * i, block[i]);
    }
  }

  /// @param rest in [−256,256)
  /// @param toRed how far left the turned red goes
  private static void turn(int[] block, int count, int rest, int toRed, int toGreen, int toBlue) {
    for (int i = 0; i < count; i++) {
      int pixel = block[i];
      int r = pixel & 0xFF;
      int g = pixel >> 8 & 0xFF;
      int b = pixel >> 16 & 0xFF;
      int high = Math.max(r, Math.max(g, b));
      int low = Math.min(r, Math.min(g, b));
      int delta = (rest * (high - low) + 128) >> 8;
      int level = high + low - (r + g + b);
      // All ones where the channel falls, to negate δ.
      int fallingRed = (b - g) >> 31;
      int fallingGreen = (r - b) >> 31;
      int fallingBlue = (g - r) >> 31;
      int red = 2 * r + level + (delta ^ fallingRed) - fallingRed;
      int green = 2 * g + level + (delta ^ fallingGreen) - fallingGreen;
      int blue = 2 * b + level + (delta ^ fallingBlue) - fallingBlue;
      red = Math.min(Math.max(red, low), high);
      green = Math.min(Math.max(green, low), high);
      blue = Math.min(Math.max(blue, low), high);
      block[i] = red << toRed | green << toGreen | blue << toBlue;
    }
  }
}
