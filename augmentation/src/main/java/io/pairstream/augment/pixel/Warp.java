package io.pairstream.augment.pixel;

/// Where each pixel comes from: the point (a·x + b·y + c, d·x + e·y + f) of the frame for the pixel
/// with centre (x, y), all frames of a clip alike.
///
/// Between pixels a value is interpolated as PIL does; outside the frame there is the fill.
///
/// @param interpolation how
/// @param fill level of all channels outside the frame, 0 … 255
public record Warp(Interpolation interpolation, int fill) {
  /// How values between pixels are made; pixels beyond the edge repeat it.
  public enum Interpolation {
    /// Linear in both directions.
    BILINEAR,
    /// The cubic through four pixels with slope −1 beyond the next one (a = −1).
    BICUBIC
  }

  /// Moves the picture to the left by so many pixels, and up.
  public void translate(ClipPixels clip, double left, double up, Workspace workspace) {
    apply(clip, new double[] {1, 0, left, 0, 1, up}, workspace);
  }

  /// Moves each row to the left by the factor times its distance from the upper edge.
  public void shearX(ClipPixels clip, double factor, Workspace workspace) {
    apply(clip, new double[] {1, factor, 0, 0, 1, 0}, workspace);
  }

  /// Moves each column up by the factor times its distance from the left edge.
  public void shearY(ClipPixels clip, double factor, Workspace workspace) {
    apply(clip, new double[] {1, 0, 0, factor, 1, 0}, workspace);
  }

  /// Turns the picture about its middle, counterclockwise.
  public void rotate(ClipPixels clip, double degrees, Workspace workspace) {
    double angle = -StrictMath.toRadians(degrees);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double x = clip.width() / 2.0;
    double y = clip.height() / 2.0;
    double[] matrix = {cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y};
    apply(clip, matrix, workspace);
  }

  private void apply(ClipPixels clip, double[] matrix, Workspace workspace) {
    byte[] before = workspace.bytes(clip.frameBytes());
    int[] columns = workspace.ints(4);
    for (int t = 0; t < clip.frames(); t++) {
      System.arraycopy(clip.data(), clip.frame(t), before, 0, clip.frameBytes());
      int to = clip.frame(t);
      for (int y = 0; y < clip.height(); y++) {
        for (int x = 0; x < clip.width(); x++, to += ClipPixels.CHANNELS) {
          double fromX = matrix[0] * (x + 0.5) + matrix[1] * (y + 0.5) + matrix[2];
          double fromY = matrix[3] * (x + 0.5) + matrix[4] * (y + 0.5) + matrix[5];
          if (fromX < 0 || fromX >= clip.width() || fromY < 0 || fromY >= clip.height()) {
            clip.data()[to] = (byte) fill;
            clip.data()[to + 1] = (byte) fill;
            clip.data()[to + 2] = (byte) fill;
          } else {
            switch (interpolation) {
              case BILINEAR -> bilinear(before, clip, fromX - 0.5, fromY - 0.5, to);
              case BICUBIC -> bicubic(before, clip, fromX - 0.5, fromY - 0.5, to, columns);
            }
          }
        }
      }
    }
  }

  private static void bilinear(byte[] before, ClipPixels clip, double x, double y, int to) {
    int left = (int) Math.floor(x);
    int upper = (int) Math.floor(y);
    double dx = x - left;
    double dy = y - upper;
    int nw = index(clip, left, upper);
    int ne = index(clip, left + 1, upper);
    int sw = index(clip, left, upper + 1);
    int se = index(clip, left + 1, upper + 1);
    for (int c = 0; c < ClipPixels.CHANNELS; c++) {
      double above = mix(before[nw + c] & 0xFF, before[ne + c] & 0xFF, dx);
      double below = mix(before[sw + c] & 0xFF, before[se + c] & 0xFF, dx);
      clip.data()[to + c] = (byte) (int) mix(above, below, dy);
    }
  }

  /// @param columns scratch for the places of four columns
  private static void bicubic(
      byte[] before, ClipPixels clip, double x, double y, int to, int[] columns) {
    int left = (int) Math.floor(x);
    int upper = (int) Math.floor(y);
    double dx = x - left;
    double dy = y - upper;
    for (int i = 0; i < 4; i++) {
      columns[i] = column(clip, left - 1 + i);
    }
    int y0 = row(clip, upper - 1);
    int y1 = row(clip, upper);
    int y2 = row(clip, upper + 1);
    int y3 = row(clip, upper + 2);
    for (int c = 0; c < ClipPixels.CHANNELS; c++) {
      double value =
          cubic(
              across(before, y0 + c, columns, dx),
              across(before, y1 + c, columns, dx),
              across(before, y2 + c, columns, dx),
              across(before, y3 + c, columns, dx),
              dy);
      clip.data()[to + c] = (byte) Math.clamp((int) value, 0, 255);
    }
  }

  private static double across(byte[] rgb, int row, int[] columns, double share) {
    return cubic(
        rgb[row + columns[0]] & 0xFF,
        rgb[row + columns[1]] & 0xFF,
        rgb[row + columns[2]] & 0xFF,
        rgb[row + columns[3]] & 0xFF,
        share);
  }

  /// The value between b and c.
  private static double cubic(double a, double b, double c, double d, double share) {
    double second = 2 * (a - b) + c - d;
    double third = b - a + d - c;
    return b + share * (c - a + share * (second + share * third));
  }

  private static double mix(double a, double b, double share) {
    return a + (b - a) * share;
  }

  private static int index(ClipPixels clip, int x, int y) {
    return row(clip, y) + column(clip, x);
  }

  private static int row(ClipPixels clip, int y) {
    return Math.clamp(y, 0, clip.height() - 1) * clip.width() * ClipPixels.CHANNELS;
  }

  private static int column(ClipPixels clip, int x) {
    return Math.clamp(x, 0, clip.width() - 1) * ClipPixels.CHANNELS;
  }
}
