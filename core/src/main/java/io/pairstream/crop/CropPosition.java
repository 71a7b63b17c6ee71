package io.pairstream.crop;

/// Where in its scaled frames a test looks at a video.
public enum CropPosition {
  /// The middle, as TSM's authors test.
  CENTRE("centre"),
  /// The left end of a wide frame, the upper end of a high one, in the middle of the other side:
  /// what SlowFast's code does when it is asked for one crop.
  LEFT("left"),
  /// The whole frame at the clip's size, whatever its shape.
  WHOLE("whole");

  private final String text;

  CropPosition(String text) {
    this.text = text;
  }

  /// The name in options.
  public String text() {
    return text;
  }

  public static CropPosition parse(String text) {
    for (CropPosition position : values()) {
      if (position.text.equals(text)) {
        return position;
      }
    }
    throw new IllegalArgumentException("crop position '" + text + "' is not centre, left or whole");
  }
}
