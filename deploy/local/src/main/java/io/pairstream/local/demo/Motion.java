package io.pairstream.local.demo;

import java.util.Locale;

/// What a shape does during a clip: the class to be recognised.
enum Motion {
  LEFT,
  RIGHT,
  UP,
  DOWN,
  GROW,
  SHRINK,
  CLOCKWISE,
  COUNTERCLOCKWISE;

  /// The class's name, that of its folder.
  String className() {
    return name().toLowerCase(Locale.ROOT);
  }
}
