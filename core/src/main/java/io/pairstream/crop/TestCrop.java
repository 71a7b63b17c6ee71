package io.pairstream.crop;

import io.pairstream.crop.FrameView.Box;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Which parts of a video's frames a test shows; the same for all frames.
///
/// @param position where the one crop lies; of three, which lie at both ends and in the middle,
///   [CropPosition#CENTRE]
/// @param crops 1 or 3
/// @param shortSide pixels that the short side of the frame is brought to before the crop; absent:
///   256/224 of the clip's
public record TestCrop(CropPosition position, int crops, OptionalInt shortSide) {
  public TestCrop {
    if (crops != 1 && crops != 3) {
      throw new IllegalArgumentException("--crops " + crops + " is not 1 or 3");
    }
    if (crops == 3 && position != CropPosition.CENTRE) {
      throw new IllegalArgumentException(
          "--crops 3 are the left, the middle and the right one: no --crop-position "
              + position.text());
    }
    if (position == CropPosition.WHOLE && shortSide.isPresent()) {
      throw new IllegalArgumentException("--crop-position whole has no --short-side");
    }
  }

  /// Refuses a short side that does not hold the clip.
  ///
  /// @throws IllegalArgumentException with one sentence
  public void requireHolds(Size clip) {
    int least = Math.max(clip.width(), clip.height());
    if (shortSide.isPresent() && shortSide.getAsInt() < least) {
      throw new IllegalArgumentException(
          "--short-side %d is less than the crop, %s".formatted(shortSide.getAsInt(), clip));
    }
  }

  /// The views of a frame, as many as there are crops.
  ///
  /// @throws IllegalArgumentException if the short side does not hold the clip
  public List<FrameView> views(Size frame, Size clip) {
    requireHolds(clip);
    Size scaled = scaled(frame, clip);
    if (crops == 3) {
      return IntStream.range(0, 3).mapToObj(place -> uniform(frame, scaled, clip, place)).toList();
    }
    return List.of(
        switch (position) {
          case CENTRE -> FrameView.centre(frame, scaled, clip);
          case LEFT -> uniform(frame, scaled, clip, 0);
          case WHOLE -> FrameView.whole(frame, clip);
        });
  }

  private Size scaled(Size frame, Size clip) {
    if (shortSide.isEmpty()) {
      return FrameView.aroundCrop(frame, clip);
    }
    long side = shortSide.getAsInt();
    return frame.width() <= frame.height()
        ? new Size((int) side, (int) (side * frame.height() / frame.width()))
        : new Size((int) (side * frame.width() / frame.height()), (int) side);
  }

  /// Place 0, 1 or 2 along the side with more to spare (PySlowFast's `uniform_crop`); a half pixel
  /// is rounded up, where [FrameView#centre] rounds to even. With that code's filter, which lets
  /// shrunken frames alias.
  private static FrameView uniform(Size frame, Size scaled, Size clip, int place) {
    int spareX = scaled.width() - clip.width();
    int spareY = scaled.height() - clip.height();
    boolean upright = spareY > spareX;
    Box window =
        new Box(
            upright ? Math.ceilDiv(spareX, 2) : offset(spareX, place),
            upright ? offset(spareY, place) : Math.ceilDiv(spareY, 2),
            clip.width(),
            clip.height());
    return new FrameView(Box.all(frame), scaled, window, false, FrameView.Filter.ALIASING);
  }

  private static int offset(int spare, int place) {
    return switch (place) {
      case 0 -> 0;
      case 1 -> Math.ceilDiv(spare, 2);
      default -> spare;
    };
  }
}
