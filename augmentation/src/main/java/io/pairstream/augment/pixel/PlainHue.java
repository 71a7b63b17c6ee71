package io.pairstream.augment.pixel;

/// The specification of a turn of the hue: saturation and value of the HSV hexcone stay, the hue
/// moves along the hexagon (Smith: Color gamut transform pairs, SIGGRAPH 1978).
///
/// With chroma C = max − min the hexagon of a pixel is 6C levels long, and the channels follow from
/// a position on it by lines of slope 0, 1 and −1 that bend at whole levels. So if the distance is
/// rounded to whole levels, half up, then the result is the exact one rounded to the nearest level,
/// and nothing else needs rounding.
public final class PlainHue implements HueKernel {
  @Override
  public void turn(byte[] rgb, int from, int to, int steps) {
    int distance = Math.floorMod(steps, TURN);
    for (int i = from; i < to; i += ClipPixels.CHANNELS) {
      int red = rgb[i] & 0xFF;
      int green = rgb[i + 1] & 0xFF;
      int blue = rgb[i + 2] & 0xFF;
      int high = Math.max(red, Math.max(green, blue));
      int low = Math.min(red, Math.min(green, blue));
      int chroma = high - low;
      if (chroma == 0) {
        // Grey has no hue.
        continue;
      }
      int position;
      if (high == red) {
        position = green - blue;
      } else if (high == green) {
        position = 2 * chroma + blue - red;
      } else {
        position = 4 * chroma + red - green;
      }
      position = Math.floorMod(position + ((distance * chroma + 128) >> 8), 6 * chroma);
      for (int c = 0; c < ClipPixels.CHANNELS; c++) {
        // Red peaks at 0, green at 2C, blue at 4C; a channel is full within C of its peak.
        int gap = Math.abs(position - 2 * c * chroma);
        gap = Math.min(gap, 6 * chroma - gap);
        rgb[i + c] = (byte) (low + Math.clamp(2 * chroma - gap, 0, chroma));
      }
    }
  }
}
