package io.pairstream.local.demo;

/// Colours by hue, and the turning of a picture's hues.
final class Hue {
  private Hue() {}

  /// The RGB values in [0,1] of a colour of the HSV cone (Smith: Color gamut transform pairs,
  /// SIGGRAPH 1978).
  ///
  /// @param hue any number; whole turns do not matter
  static double[] rgb(double hue, double saturation, double value) {
    double sixths = (hue - StrictMath.floor(hue)) * 6;
    double[] rgb = new double[3];
    for (int c = 0; c < 3; c++) {
      // Red peaks at 0 sixths, green at 2, blue at 4; a channel is full within 1 of its peak.
      double distance = Math.abs(sixths - 2 * c);
      distance = Math.min(distance, 6 - distance);
      double fullness = Math.clamp(2 - distance, 0, 1);
      rgb[c] = value * (1 - saturation * (1 - fullness));
    }
    return rgb;
  }

  /// Turns all hues by an angle and keeps the luma: the YIQ chroma plane rotated, in the usual
  /// rounded coefficients (luma .299, .587, .114).
  ///
  /// @param frames U8 […,3] RGB
  /// @return a new array of the same shape, saturated
  static byte[] rotated(byte[] frames, double degrees) {
    double[][] m = rotation(StrictMath.toRadians(degrees));
    byte[] turned = new byte[frames.length];
    for (int i = 0; i < frames.length; i += 3) {
      int r = frames[i] & 0xFF;
      int g = frames[i + 1] & 0xFF;
      int b = frames[i + 2] & 0xFF;
      for (int c = 0; c < 3; c++) {
        turned[i + c] = pixel((m[c][0] * r + m[c][1] * g + m[c][2] * b) / 255);
      }
    }
    return turned;
  }

  private static double[][] rotation(double angle) {
    double c = StrictMath.cos(angle);
    double s = StrictMath.sin(angle);
    return new double[][] {
      {.299 + .701 * c + .168 * s, .587 - .587 * c + .330 * s, .114 - .114 * c - .497 * s},
      {.299 - .299 * c - .328 * s, .587 + .413 * c + .035 * s, .114 - .114 * c + .292 * s},
      {.299 - .300 * c + 1.25 * s, .587 - .588 * c - 1.05 * s, .114 + .886 * c - .203 * s},
    };
  }

  /// The byte of a value that should lie in [0,1] and is saturated if not.
  static byte pixel(double value) {
    return (byte) Math.clamp((int) (value * 255 + 0.5), 0, 255);
  }
}
