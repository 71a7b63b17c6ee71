package io.pairstream.producer.load;

import io.pairstream.crop.Size;
import io.pairstream.producer.video.VideoReader;
import java.util.List;

/// Chooses frames of one video and puts them in their place in a batch.
interface Placement extends VideoReader.FrameSink {
  /// @see VideoReader.FrameChooser
  int[] choose(int frames);

  /// Which frame of the video each frame of the place is.
  ///
  /// @param handedOut the frames in the order in which they were asked for
  List<Integer> index(List<Integer> handedOut);

  /// The size of the frames in their place.
  Size written();
}
