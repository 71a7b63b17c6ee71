package io.pairstream.local.demo;

import java.util.Locale;

/// What a shape does during a clip: the class to be recognised.
enum Motion {
  LEFT(0),
  RIGHT(0.125),
  UP(0.25),
  DOWN(0.375),
  GROW(0.5),
  SHRINK(0.625),
  CLOCKWISE(0.75),
  COUNTERCLOCKWISE(0.875);

  private final double hue;

  Motion(double hue) {
    this.hue = hue;
  }

  /// The hue, in turns, of shapes whose colour tells the class.
  double hue() {
    return hue;
  }

  /// The class's name, that of its folder.
  String className() {
    return name().toLowerCase(Locale.ROOT);
  }
}
