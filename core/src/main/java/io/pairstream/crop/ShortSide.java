package io.pairstream.crop;

import io.pairstream.clip.CounterRandom;
import io.pairstream.crop.FrameView.Box;
import io.pairstream.crop.FrameView.Filter;

/// The frame scaled to a short side of some pixels, and a part of that of the clip's size; the crop
/// of the authors' SlowFast code, with its filter, which lets shrunken frames alias.
///
/// Training draws the short side so that its inverse is uniform, and the place. Validation takes
/// the smallest short side and the centre.
///
/// @param min of the short side, in pixels
/// @param max of the short side, in pixels
public record ShortSide(int min, int max) implements CropRule {
  static final ShortSide USUAL = new ShortSide(256, 320);

  /// More would only be slow.
  private static final int MOST = 4096;

  public ShortSide {
    if (min < 1 || max < min || max > MOST) {
      throw new IllegalArgumentException(
          "crop short-side:%d-%d is not two sides from 1 to %d, the smaller first"
              .formatted(min, max, MOST));
    }
  }

  @Override
  public String text() {
    return "short-side:" + min + "-" + max;
  }

  @Override
  public void requireFits(Size clip) {
    if (Math.max(clip.width(), clip.height()) > min) {
      throw new IllegalArgumentException(
          "clips of %s are larger than the short side of %d that crop %s gives"
              .formatted(clip, min, text()));
    }
  }

  @Override
  public FrameView training(Size frame, Size clip, CounterRandom random) {
    double smallest = 1.0 / max;
    double inverse = smallest + random.nextDouble() * (1.0 / min - smallest);
    Size scaled = scaled(frame, Math.clamp((long) Math.rint(1 / inverse), min, max));
    int x = place(scaled.width() - clip.width(), random);
    int y = place(scaled.height() - clip.height(), random);
    return view(frame, scaled, clip, x, y);
  }

  @Override
  public FrameView validation(Size frame, Size clip) {
    Size scaled = scaled(frame, min);
    // Half a pixel goes to the right and down, as in the reference.
    int x = Math.ceilDiv(scaled.width() - clip.width(), 2);
    int y = Math.ceilDiv(scaled.height() - clip.height(), 2);
    return view(frame, scaled, clip, x, y);
  }

  /// The frame's size with that short side, the long one truncated.
  static Size scaled(Size frame, int shortSide) {
    int width = frame.width();
    int height = frame.height();
    return width < height
        ? new Size(shortSide, (int) ((double) height / width * shortSide))
        : new Size((int) ((double) width / height * shortSide), shortSide);
  }

  /// An offset below what is free: the last one is never drawn, as in the reference.
  private static int place(int free, CounterRandom random) {
    return free > 0 ? random.nextInt(free) : 0;
  }

  private FrameView view(Size frame, Size scaled, Size clip, int x, int y) {
    requireFits(clip);
    Box window = new Box(x, y, clip.width(), clip.height());
    return new FrameView(Box.all(frame), scaled, window, false, Filter.ALIASING);
  }
}
