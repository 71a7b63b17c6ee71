package io.pairstream.augment.pixel;

import java.util.Arrays;
import java.util.function.LongSupplier;

/// A rectangle of pixels inside a frame, the same in all frames.
///
/// @param x left edge
/// @param y upper edge
public record Box(int x, int y, int width, int height) {

  /// The part of a square that lies inside a frame.
  ///
  /// @param centreX column of its middle
  /// @param centreY row of its middle
  /// @param side in pixels
  public static Box clipped(int centreX, int centreY, int side, ClipPixels clip) {
    int left = Math.max(centreX - side / 2, 0);
    int upper = Math.max(centreY - side / 2, 0);
    int right = Math.min(centreX - side / 2 + side, clip.width());
    int lower = Math.min(centreY - side / 2 + side, clip.height());
    return new Box(left, upper, right - left, lower - upper);
  }

  /// Gives all channels one level.
  public void fill(ClipPixels clip, int level) {
    for (int t = 0; t < clip.frames(); t++) {
      for (int row = 0; row < height; row++) {
        int from = clip.frame(t) + ((y + row) * clip.width() + x) * ClipPixels.CHANNELS;
        Arrays.fill(clip.data(), from, from + width * ClipPixels.CHANNELS, (byte) level);
      }
    }
  }

  /// Gives each channel of each pixel of each frame a level of its own.
  ///
  /// @param bits gives 64 uniform bits each time
  public void noise(ClipPixels clip, LongSupplier bits) {
    long left = 0;
    int bytes = 0;
    for (int t = 0; t < clip.frames(); t++) {
      for (int row = 0; row < height; row++) {
        int from = clip.frame(t) + ((y + row) * clip.width() + x) * ClipPixels.CHANNELS;
        for (int i = from; i < from + width * ClipPixels.CHANNELS; i++) {
          if (bytes == 0) {
            left = bits.getAsLong();
            bytes = Long.BYTES;
          }
          clip.data()[i] = (byte) left;
          left >>>= Byte.SIZE;
          bytes--;
        }
      }
    }
  }
}
