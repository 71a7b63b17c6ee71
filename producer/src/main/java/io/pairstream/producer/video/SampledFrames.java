package io.pairstream.producer.video;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What came out of reading a video.
///
/// @param index which frames were handed out, from 0
/// @param frames how many frames the video really has
/// @param damage what is wrong with a file that could be used all the same, as one clause
/// @param steady whether every frame is of the kind that the container states, so that any frame
///   can be read without those before it
public record SampledFrames(
    List<Integer> index, int frames, Optional<String> damage, boolean steady) {
  public SampledFrames {
    index = List.copyOf(index);
  }

  /// How many frames the video has, if nothing is wrong with it and its frames are of one kind.
  public OptionalInt wholeFrames() {
    return damage.isPresent() || !steady ? OptionalInt.empty() : OptionalInt.of(frames);
  }

  static SampledFrames whole(int[] index, int frames) {
    return new SampledFrames(Arrays.stream(index).boxed().toList(), frames, Optional.empty(), true);
  }
}
