package io.pairstream.augment.pixel;

/// One clip, U8 [T,H,W,3] RGB, inside an array: who changes the array changes the clip.
///
/// @param data holds the clip and perhaps others
/// @param offset of the clip's first byte
/// @param frames T
/// @param height H, in pixels
/// @param width W, in pixels
public record ClipPixels(byte[] data, int offset, int frames, int height, int width) {
  public static final int CHANNELS = 3;

  public ClipPixels {
    long bytes = (long) frames * height * width * CHANNELS;
    if (frames < 1 || height < 1 || width < 1 || offset < 0 || offset + bytes > data.length) {
      throw new IllegalArgumentException(
          "no clip ["
              + frames
              + ","
              + height
              + ","
              + width
              + ",3] at "
              + offset
              + " of "
              + data.length
              + " bytes");
    }
  }

  /// Bytes of one frame.
  public int frameBytes() {
    return height * width * CHANNELS;
  }

  /// Bytes of the clip.
  public int bytes() {
    return frames * frameBytes();
  }

  /// Where frame t begins in [#data].
  public int frame(int t) {
    return offset + t * frameBytes();
  }

  /// The byte after the clip's last.
  public int end() {
    return offset + bytes();
  }
}
