package io.pairstream.crop;

/// How large the frames travel that are cropped behind the broker.
///
/// @param shortSide what a longer short side is shrunk to, in pixels; 0 for frames as they were
///   decoded
/// @param maxPixels of one frame; a frame with more is shrunk until it has no more, so that the
///   size of a record is bounded
public record SentFrames(int shortSide, int maxPixels) {
  public static final int DEFAULT_SHORT_SIDE = 256;

  /// 1280×720.
  private static final int AS_DECODED_PIXELS = 1280 * 720;

  private static final int MOST_PIXELS = 1 << 24;

  public SentFrames {
    if (shortSide < 0) {
      throw new IllegalArgumentException("sent short side is " + shortSide + ", not 0 or more");
    }
    if (maxPixels < 1 || maxPixels > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "max sent pixels is %d, not from 1 to %d".formatted(maxPixels, MOST_PIXELS));
    }
    if ((long) shortSide * shortSide > maxPixels) {
      throw new IllegalArgumentException(
          "frames of short side %d have more than max sent pixels %d"
              .formatted(shortSide, maxPixels));
    }
  }

  /// With room for frames twice as long as their short side or, as they were decoded, for 1280×720.
  ///
  /// @param shortSide as above
  public static SentFrames of(int shortSide) {
    long room = shortSide == 0 ? AS_DECODED_PIXELS : 2L * shortSide * shortSide;
    return new SentFrames(shortSide, (int) Math.clamp(room, 1, MOST_PIXELS));
  }

  /// What a frame is brought to: never larger than it is.
  public Size of(Size frame) {
    int shorter = Math.min(frame.width(), frame.height());
    Size sent = frame;
    if (shortSide > 0 && shorter > shortSide) {
      double scale = (double) shortSide / shorter;
      sent =
          new Size(
              (int) Math.max(shortSide, Math.rint(frame.width() * scale)),
              (int) Math.max(shortSide, Math.rint(frame.height() * scale)));
    }
    long pixels = (long) sent.width() * sent.height();
    if (pixels <= maxPixels) {
      return sent;
    }
    double scale = Math.sqrt((double) maxPixels / pixels);
    int width = (int) Math.clamp((long) (sent.width() * scale), 1, maxPixels);
    return new Size(width, (int) Math.clamp((long) (sent.height() * scale), 1, maxPixels / width));
  }
}
