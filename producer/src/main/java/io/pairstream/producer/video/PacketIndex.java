package io.pairstream.producer.video;

import java.util.Arrays;

/// When each packet of a video is shown, found without decoding.
///
/// @param times presentation times of all packets that are shown, ascending, in the stream's time
///   base
/// @param keyTimes presentation times of the packets where decoding can start, shown or not,
///   ascending
/// @param oneFrameAPacket whether each shown packet surely is one frame shown at a time of its own,
///   so that frame i is the one shown at `times[i]`
@SuppressWarnings("ArrayRecordComponent") // private to this package and never compared
record PacketIndex(long[] times, long[] keyTimes, boolean oneFrameAPacket) {
  int frames() {
    return times.length;
  }

  /// Where decoding must start at the latest to reach the frame shown at `time`.
  long keyBefore(long time) {
    int found = Arrays.binarySearch(keyTimes, time);
    int place = found >= 0 ? found : -found - 2;
    return place < 0 ? Long.MIN_VALUE : keyTimes[place];
  }
}
