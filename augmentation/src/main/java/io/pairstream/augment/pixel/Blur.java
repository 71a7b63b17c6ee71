package io.pairstream.augment.pixel;

/// Gaussian blur: each value becomes the mean of its surroundings weighted by exp(−d²/(2σ²)) to a
/// distance of ⌈3σ⌉ pixels, rows first and then columns, in float32, rounded half to even. Beyond
/// the edge the picture is mirrored at its outermost pixels.
public final class Blur {
  private static final int CHANNELS = ClipPixels.CHANNELS;

  private Blur() {}

  /// How far the weights reach.
  ///
  /// @return ⌈3σ⌉, or what the smaller side of the picture leaves to be mirrored
  public static int radius(double sigma, int height, int width) {
    return Math.min((int) Math.ceil(3 * sigma), Math.min(height, width) - 1);
  }

  /// Blurs every frame.
  ///
  /// @param sigma in pixels, above 0
  public static void gaussian(ClipPixels clip, double sigma, Workspace workspace) {
    int radius = radius(sigma, clip.height(), clip.width());
    float[] weights = weights(sigma, radius);
    int row = clip.width() * CHANNELS;
    int across = clip.height() * row;
    float[] floats = workspace.floats(across + row);
    byte[] padded = workspace.bytes(row + 2 * radius * CHANNELS);
    for (int t = 0; t < clip.frames(); t++) {
      for (int y = 0; y < clip.height(); y++) {
        mirror(clip, clip.frame(t) + y * row, radius, padded);
        narrow(padded, weights, floats, y * row, row);
      }
      for (int y = 0; y < clip.height(); y++) {
        java.util.Arrays.fill(floats, across, across + row, 0);
        for (int k = 0; k < weights.length; k++) {
          int from = mirrored(y + k - radius, clip.height()) * row;
          float weight = weights[k];
          for (int i = 0; i < row; i++) {
            floats[across + i] += weight * floats[from + i];
          }
        }
        int to = clip.frame(t) + y * row;
        for (int i = 0; i < row; i++) {
          clip.data()[to + i] = (byte) (int) Math.rint(Math.min(floats[across + i], 255));
        }
      }
    }
  }

  private static void narrow(byte[] padded, float[] weights, float[] out, int to, int row) {
    java.util.Arrays.fill(out, to, to + row, 0);
    for (int k = 0; k < weights.length; k++) {
      float weight = weights[k];
      for (int i = 0; i < row; i++) {
        out[to + i] += weight * (padded[i + k * CHANNELS] & 0xFF);
      }
    }
  }

  /// A row with its mirror images left and right.
  private static void mirror(ClipPixels clip, int from, int radius, byte[] padded) {
    for (int x = -radius; x < clip.width() + radius; x++) {
      int source = from + mirrored(x, clip.width()) * CHANNELS;
      System.arraycopy(clip.data(), source, padded, (x + radius) * CHANNELS, CHANNELS);
    }
  }

  private static int mirrored(int i, int length) {
    return i < 0 ? -i : i < length ? i : 2 * (length - 1) - i;
  }

  private static float[] weights(double sigma, int radius) {
    double[] exact = new double[2 * radius + 1];
    double sum = 0;
    for (int k = 0; k < exact.length; k++) {
      double distance = (k - radius) / sigma;
      exact[k] = StrictMath.exp(-0.5 * distance * distance);
      sum += exact[k];
    }
    float[] weights = new float[exact.length];
    for (int k = 0; k < exact.length; k++) {
      weights[k] = (float) (exact[k] / sum);
    }
    return weights;
  }
}
