package io.pairstream.augment.pixel;

/// Exchanges colour channels.
public final class ChannelExchange {
  private ChannelExchange() {}

  /// Output channel c takes input channel `order[c]`.
  public static void apply(ClipPixels clip, int[] order) {
    byte[] rgb = clip.data();
    int red = order[0];
    int green = order[1];
    int blue = order[2];
    for (int i = clip.offset(); i < clip.end(); i += ClipPixels.CHANNELS) {
      byte r = rgb[i + red];
      byte g = rgb[i + green];
      byte b = rgb[i + blue];
      rgb[i] = r;
      rgb[i + 1] = g;
      rgb[i + 2] = b;
    }
  }
}
