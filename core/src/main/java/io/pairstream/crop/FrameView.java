package io.pairstream.crop;

/// What of a frame is shown and how: the box is cut out of the frame, scaled, the window cut out of
/// that, and mirrored if asked.
///
/// @param box in the frame
/// @param scaled the size that the box is brought to
/// @param window in the scaled box; its size is the clip's
/// @param mirrored whether left and right are exchanged
/// @param filter how the box is scaled
public record FrameView(Box box, Size scaled, Box window, boolean mirrored, Filter filter) {

  /// How pixels are made of their neighbours.
  public enum Filter {
    /// PIL's bilinear filter: as wide as the scale when shrinking.
    SMOOTH,
    /// PyTorch's bilinear interpolation (`align_corners=False`, no antialiasing): between the two
    /// nearest pixels along each axis, whatever the scale. The same as [#SMOOTH] when enlarging.
    ALIASING
  }

  /// A rectangle of pixels.
  ///
  /// @param x left edge
  /// @param y upper edge
  public record Box(int x, int y, int width, int height) {
    public Box {
      if (x < 0 || y < 0 || width < 1 || height < 1) {
        throw new IllegalArgumentException(
            "box of " + width + "x" + height + " at (" + x + "," + y + ")");
      }
    }

    static Box all(Size size) {
      return new Box(0, 0, size.width(), size.height());
    }
  }

  /// The short side of ImageNet pictures before the crop and after it.
  private static final double BEFORE_CROP = 256.0 / 224;

  public FrameView {
    if (window.x() + window.width() > scaled.width()
        || window.y() + window.height() > scaled.height()) {
      throw new IllegalArgumentException(window + " is not inside " + scaled);
    }
  }

  /// A box of a frame at the clip's size.
  static FrameView of(Box box, Size clip) {
    return new FrameView(box, clip, Box.all(clip), false, Filter.SMOOTH);
  }

  /// The whole frame at the clip's size.
  public static FrameView whole(Size frame, Size clip) {
    return of(Box.all(frame), clip);
  }

  /// The frame scaled until its tighter side is 256/224 of the clip's, the long side truncated, and
  /// the centre of that (torchvision's `Resize` and `CenterCrop` where the clip is square).
  public static FrameView centre(Size frame, Size clip) {
    return centre(frame, aroundCrop(frame, clip), clip);
  }

  /// The size of the frame when its tighter side is 256/224 of the clip's, the long side truncated.
  static Size aroundCrop(Size frame, Size clip) {
    long widthRatio = (long) frame.width() * clip.height();
    long heightRatio = (long) frame.height() * clip.width();
    if (widthRatio <= heightRatio) {
      int width = (int) Math.round(clip.width() * BEFORE_CROP);
      long height = (long) width * frame.height() / frame.width();
      return new Size(width, (int) Math.max(clip.height(), height));
    }
    int height = (int) Math.round(clip.height() * BEFORE_CROP);
    long width = (long) height * frame.width() / frame.height();
    return new Size((int) Math.max(clip.width(), width), height);
  }

  /// The centre of the frame at the given size.
  static FrameView centre(Size frame, Size scaled, Size clip) {
    Box window =
        new Box(
            (int) Math.rint((scaled.width() - clip.width()) / 2.0),
            (int) Math.rint((scaled.height() - clip.height()) / 2.0),
            clip.width(),
            clip.height());
    return new FrameView(Box.all(frame), scaled, window, false, Filter.SMOOTH);
  }

  /// The same view with left and right exchanged.
  public FrameView mirror() {
    return new FrameView(box, scaled, window, !mirrored, filter);
  }
}
