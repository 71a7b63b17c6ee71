package io.pairstream.augment.pixel;

/// The grey of a colour: luma of ITU-R BT.601, (19595·r + 38470·g + 7471·b + 2^15) / 2^16, which is
/// .299, .587 and .114 rounded to the nearest level.
public final class Luma {
  private Luma() {}

  /// The luma of the pixel at an index, 0 … 255.
  public static int at(byte[] rgb, int i) {
    return (19595 * (rgb[i] & 0xFF)
            + 38470 * (rgb[i + 1] & 0xFF)
            + 7471 * (rgb[i + 2] & 0xFF)
            + (1 << 15))
        >> 16;
  }

  /// Puts its luma into all three channels of each pixel.
  public static void grey(ClipPixels clip) {
    byte[] rgb = clip.data();
    for (int i = clip.offset(); i < clip.end(); i += ClipPixels.CHANNELS) {
      byte luma = (byte) at(rgb, i);
      rgb[i] = luma;
      rgb[i + 1] = luma;
      rgb[i + 2] = luma;
    }
  }
}
