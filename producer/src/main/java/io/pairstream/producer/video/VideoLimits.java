package io.pairstream.producer.video;

import io.pairstream.config.OptionException;
import java.util.ArrayList;
import java.util.List;

/// What a video may ask of the machine; more of it is a [VideoException].
///
/// @param maxPixels of one frame, up to [#MOST_PIXELS]
/// @param maxFrames of the whole video
/// @param maxPackets compressed packets of the video stream
public record VideoLimits(long maxPixels, int maxFrames, int maxPackets) {
  /// 4096 × 2304 pixels, more than an hour at 25 frames a second.
  public static final VideoLimits DEFAULT = new VideoLimits(4096L * 2304, 100_000, 200_000);

  /// A frame of more would not fit into an array.
  public static final long MOST_PIXELS = Integer.MAX_VALUE / 3;

  private static final String MAX_PIXELS = "--max-video-pixels";

  public VideoLimits {
    OptionException.requireAtLeast(MAX_PIXELS, maxPixels, 1);
    if (maxPixels > MOST_PIXELS) {
      throw new OptionException(MAX_PIXELS, maxPixels + " is more than " + MOST_PIXELS);
    }
    if (maxFrames < 1 || maxPackets < 1) {
      throw new IllegalArgumentException(
          "limits of %d frames, %d packets".formatted(maxFrames, maxPackets));
    }
  }

  /// The same with another bound on pixels.
  public VideoLimits withMaxPixels(long pixels) {
    return new VideoLimits(pixels, maxFrames, maxPackets);
  }

  /// What of the limits is not usual, such as `max-pixels=33177600`; empty if nothing is. They say
  /// which videos are usable: a run's bytes depend on them.
  public String text() {
    List<String> unusual = new ArrayList<>();
    if (maxPixels != DEFAULT.maxPixels) {
      unusual.add("max-pixels=" + maxPixels);
    }
    if (maxFrames != DEFAULT.maxFrames) {
      unusual.add("max-frames=" + maxFrames);
    }
    if (maxPackets != DEFAULT.maxPackets) {
      unusual.add("max-packets=" + maxPackets);
    }
    return String.join(",", unusual);
  }

  void checkSize(int width, int height) throws VideoException {
    if (width < 1 || height < 1) {
      throw new VideoException("its frames have no size");
    }
    if ((long) width * height > maxPixels) {
      throw new VideoException(
          "its frames of %dx%d have more than %d pixels (%s)"
              .formatted(width, height, maxPixels, MAX_PIXELS));
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
