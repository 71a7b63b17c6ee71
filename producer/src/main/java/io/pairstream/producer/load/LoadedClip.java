package io.pairstream.producer.load;

import io.pairstream.crop.Size;
import java.util.List;
import java.util.Optional;

/// How the loading of one video's clips ended.
sealed interface LoadedClip {
  /// Their frames are in their place.
  ///
  /// @param frameIndex which frames of the video each of the clips shows, from 0
  /// @param damage what is wrong with the video all the same
  /// @param written size of the frames in their place
  record Loaded(List<Integer> frameIndex, Optional<String> damage, Size written)
      implements LoadedClip {}

  /// The bytes of the video cannot be used.
  record Unusable(String cause) implements LoadedClip {}
}
