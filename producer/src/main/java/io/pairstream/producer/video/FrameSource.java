package io.pairstream.producer.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/// The frames of one video, however it lies on the disk. Used by one thread.
public sealed interface FrameSource extends AutoCloseable permits VideoReader, FrameFolder {
  /// Opens a video file or a folder of numbered images.
  ///
  /// @throws VideoException if its bytes are no video, or over a limit
  /// @throws IOException if it cannot be read
  static FrameSource open(Path video, VideoReader.ReadingOptions options)
      throws VideoException, IOException {
    return Files.isDirectory(video)
        ? FrameFolder.open(video, options)
        : VideoReader.open(video, options);
  }

  /// Hands out the chosen frames.
  ///
  /// @param whole what [SampledFrames#wholeFrames] of an earlier call on the same video said
  /// @throws VideoException if not one frame can be decoded, or over a limit
  SampledFrames sample(
      VideoReader.FrameChooser chooser, VideoReader.FrameSink sink, OptionalInt whole)
      throws VideoException, IOException;

  @Override
  void close();
}
