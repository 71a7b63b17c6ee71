package io.pairstream.local.demo;

import java.io.IOException;
import java.nio.file.Path;

/// Where drawn clips go: one video file each.
@FunctionalInterface
public interface ClipSink {
  /// Writes one video file.
  ///
  /// @param file created or replaced; its folder exists
  /// @param frames U8 [T,H,W,3] RGB with H = W = [MotionClip#SIZE]
  void write(Path file, byte[] frames) throws IOException;
}
