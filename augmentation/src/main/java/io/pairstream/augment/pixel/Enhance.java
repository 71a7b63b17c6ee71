package io.pairstream.augment.pixel;

/// Brightness, contrast, saturation and sharpness by a factor, as torchvision and PIL define them:
/// the picture blended with a poorer self, `poor + factor·(picture − poor)` in float32, truncated
/// to a level. A factor of 1 changes nothing, above 1 exaggerates.
public final class Enhance {
  private Enhance() {}

  /// Blends with black.
  public static void brightness(ClipPixels clip, double factor) {
    byte[] table = new byte[256];
    blendTable(0, (float) factor, table);
    Tables.apply(clip, table);
  }

  /// Blends each frame with a grey of the frame's mean luma, rounded half up.
  public static void contrast(ClipPixels clip, double factor) {
    byte[] table = new byte[256];
    int pixels = clip.height() * clip.width();
    for (int t = 0; t < clip.frames(); t++) {
      long sum = 0;
      int end = clip.frame(t) + clip.frameBytes();
      for (int i = clip.frame(t); i < end; i += ClipPixels.CHANNELS) {
        sum += Luma.at(clip.data(), i);
      }
      blendTable((int) ((double) sum / pixels + 0.5), (float) factor, table);
      Tables.apply(clip.data(), clip.frame(t), end, table);
    }
  }

  /// Blends each pixel with its luma.
  public static void saturation(ClipPixels clip, double factor) {
    byte[] rgb = clip.data();
    float f = (float) factor;
    for (int i = clip.offset(); i < clip.end(); i += ClipPixels.CHANNELS) {
      int luma = Luma.at(rgb, i);
      rgb[i] = blend(luma, rgb[i] & 0xFF, f);
      rgb[i + 1] = blend(luma, rgb[i + 1] & 0xFF, f);
      rgb[i + 2] = blend(luma, rgb[i + 2] & 0xFF, f);
    }
  }

  /// Blends each frame with itself smoothed: the mean of the 3×3 pixels around, the middle one
  /// counted five times; pixels at the edge stay.
  public static void sharpness(ClipPixels clip, double factor, Workspace workspace) {
    byte[] smooth = workspace.bytes(clip.frameBytes());
    float f = (float) factor;
    for (int t = 0; t < clip.frames(); t++) {
      int offset = clip.frame(t);
      smooth(clip, offset, smooth);
      for (int i = 0; i < clip.frameBytes(); i++) {
        clip.data()[offset + i] = blend(smooth[i] & 0xFF, clip.data()[offset + i] & 0xFF, f);
      }
    }
  }

  private static void smooth(ClipPixels clip, int offset, byte[] smooth) {
    byte[] rgb = clip.data();
    int row = clip.width() * ClipPixels.CHANNELS;
    System.arraycopy(rgb, offset, smooth, 0, clip.frameBytes());
    for (int y = 1; y < clip.height() - 1; y++) {
      for (int i = y * row + ClipPixels.CHANNELS; i < (y + 1) * row - ClipPixels.CHANNELS; i++) {
        int sum = 4 * (rgb[offset + i] & 0xFF);
        for (int around = i - row; around <= i + row; around += row) {
          sum +=
              (rgb[offset + around - 3] & 0xFF)
                  + (rgb[offset + around] & 0xFF)
                  + (rgb[offset + around + 3] & 0xFF);
        }
        smooth[i] = (byte) ((2 * sum + 13) / 26);
      }
    }
  }

  /// What each level becomes.
  private static void blendTable(int poor, float factor, byte[] table) {
    for (int level = 0; level < 256; level++) {
      table[level] = blend(poor, level, factor);
    }
  }

  private static byte blend(int poor, int level, float factor) {
    return (byte) Math.clamp((int) (poor + factor * (level - poor)), 0, 255);
  }
}
