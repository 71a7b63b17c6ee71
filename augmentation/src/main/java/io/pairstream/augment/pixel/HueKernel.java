package io.pairstream.augment.pixel;

/// Turns the hue of pixels, exactly as [PlainHue] specifies. A kernel belongs to one thread.
public interface HueKernel {
  /// A whole turn: 256 steps for each of the six edges of the hexagon.
  int TURN = 6 * 256;

  /// Turns the hue of pixels.
  ///
  /// @param rgb interleaved pixels
  /// @param from first byte of the first pixel
  /// @param to byte after the last pixel
  /// @param steps how far, any number; [#TURN] is once around, and red becomes green after a third
  void turn(byte[] rgb, int from, int to, int steps);

  /// The fastest kernel that this JVM can run. The vector kernel needs the JVM option
  /// `--add-modules jdk.incubator.vector` and vectors of 256 bits.
  static HueKernel fastest() {
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return vectors && VectorHue.supported() ? new VectorHue() : new PlainHue();
  }
}
