package io.pairstream.augment.pixel;

/// Operations that treat each level alike, through a table of 256 levels: the same for all frames,
/// or made of the histogram of each frame.
public final class Tables {
  private Tables() {}

  /// Replaces each level of a clip.
  public static void apply(ClipPixels clip, byte[] table) {
    apply(clip.data(), clip.offset(), clip.end(), table);
  }

  static void apply(byte[] rgb, int from, int to, byte[] table) {
    for (int i = from; i < to; i++) {
      rgb[i] = table[rgb[i] & 0xFF];
    }
  }

  /// Every level x becomes 255 − x.
  public static void invert(ClipPixels clip) {
    solarize(clip, 0);
  }

  /// Levels from the threshold on are inverted.
  public static void solarize(ClipPixels clip, int threshold) {
    byte[] table = new byte[256];
    for (int level = 0; level < 256; level++) {
      table[level] = (byte) (level < threshold ? level : 255 - level);
    }
    apply(clip, table);
  }

  /// Levels below the threshold become so much brighter, saturated.
  public static void solarizeAdd(ClipPixels clip, int more, int threshold) {
    byte[] table = new byte[256];
    for (int level = 0; level < 256; level++) {
      table[level] = (byte) (level < threshold ? Math.clamp(level + more, 0, 255) : level);
    }
    apply(clip, table);
  }

  /// Keeps the highest bits of each level.
  ///
  /// @param bits 0 to 8
  public static void posterize(ClipPixels clip, int bits) {
    byte[] table = new byte[256];
    int mask = 0xFF00 >> bits;
    for (int level = 0; level < 256; level++) {
      table[level] = (byte) (level & mask);
    }
    apply(clip, table);
  }

  /// Stretches the levels of each frame and channel to 0 … 255; the arithmetic of PIL's
  /// `autocontrast` without a cutoff.
  public static void autoContrast(ClipPixels clip) {
    byte[] table = new byte[256];
    int[] histogram = new int[256];
    for (int t = 0; t < clip.frames(); t++) {
      for (int c = 0; c < ClipPixels.CHANNELS; c++) {
        count(clip, t, c, histogram);
        int low = 0;
        while (histogram[low] == 0) {
          low++;
        }
        int high = 255;
        while (histogram[high] == 0) {
          high--;
        }
        if (high > low) {
          double scale = 255.0 / (high - low);
          for (int level = 0; level < 256; level++) {
            table[level] = (byte) Math.clamp((int) (level * scale - low * scale), 0, 255);
          }
          replace(clip, t, c, table);
        }
      }
    }
  }

  /// Spreads the levels of each frame and channel so that they are about equally frequent; the
  /// arithmetic of PIL's `equalize`.
  public static void equalize(ClipPixels clip) {
    byte[] table = new byte[256];
    int[] histogram = new int[256];
    for (int t = 0; t < clip.frames(); t++) {
      for (int c = 0; c < ClipPixels.CHANNELS; c++) {
        count(clip, t, c, histogram);
        int last = 255;
        while (histogram[last] == 0) {
          last--;
        }
        int step = (clip.height() * clip.width() - histogram[last]) / 255;
        if (step > 0) {
          int before = step / 2;
          for (int level = 0; level < 256; level++) {
            table[level] = (byte) Math.min(before / step, 255);
            before += histogram[level];
          }
          replace(clip, t, c, table);
        }
      }
    }
  }

  private static void count(ClipPixels clip, int t, int c, int[] histogram) {
    java.util.Arrays.fill(histogram, 0);
    int end = clip.frame(t) + clip.frameBytes();
    for (int i = clip.frame(t) + c; i < end; i += ClipPixels.CHANNELS) {
      histogram[clip.data()[i] & 0xFF]++;
    }
  }

  private static void replace(ClipPixels clip, int t, int c, byte[] table) {
    int end = clip.frame(t) + clip.frameBytes();
    for (int i = clip.frame(t) + c; i < end; i += ClipPixels.CHANNELS) {
      clip.data()[i] = table[clip.data()[i] & 0xFF];
    }
  }
}
