package io.pairstream.producer.load;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Frames in any order, to be asked for in the order in which a video has them.
///
/// @param places where each frame goes, in the order of the video
/// @param ascending the frames in that order, with their repeats
@SuppressWarnings("ArrayRecordComponent") // private to this package and never compared
record FrameOrder(List<Integer> places, int[] ascending) {

  /// @param wanted which frame each place shows
  static FrameOrder of(int[] wanted) {
    List<Integer> places =
        IntStream.range(0, wanted.length)
            .boxed()
            .sorted(Comparator.comparingInt(place -> wanted[place]))
            .toList();
    return new FrameOrder(places, places.stream().mapToInt(place -> wanted[place]).toArray());
  }

  /// Which frame each place shows.
  ///
  /// @param handedOut in the order of the video
  List<Integer> byPlace(List<Integer> handedOut) {
    Integer[] index = new Integer[handedOut.size()];
    for (int i = 0; i < index.length; i++) {
      index[places.get(i)] = handedOut.get(i);
    }
    return Arrays.asList(index);
  }
}
