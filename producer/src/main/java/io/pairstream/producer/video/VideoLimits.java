package io.pairstream.producer.video;

/// What a video may ask of the machine; more of it is a [VideoException].
///
/// @param maxPixels of one frame
/// @param maxFrames of the whole video
/// @param maxPackets compressed packets of the video stream
public record VideoLimits(long maxPixels, int maxFrames, int maxPackets) {
  /// 4096 × 2304 pixels, more than an hour at 25 frames a second.
  public static final VideoLimits DEFAULT = new VideoLimits(4096L * 2304, 100_000, 200_000);

  public VideoLimits {
    if (maxPixels < 1 || maxFrames < 1 || maxPackets < 1) {
      throw new IllegalArgumentException(
          "limits of %d pixels, %d frames, %d packets".formatted(maxPixels, maxFrames, maxPackets));
    }
  }

  void checkSize(int width, int height) throws VideoException {
    if (width < 1 || height < 1) {
      throw new VideoException("its frames have no size");
    }
    if ((long) width * height > maxPixels) {
      throw new VideoException(
          "its frames of %dx%d have more than %d pixels".formatted(width, height, maxPixels));
    }
  }

  void checkFrames(long frames) throws VideoException {
    if (frames > maxFrames) {
      throw new VideoException("it has more than %d frames".formatted(maxFrames));
    }
  }

  void checkPackets(long packets) throws VideoException {
    if (packets > maxPackets) {
      throw new VideoException("it has more than %d packets".formatted(maxPackets));
    }
  }
}
