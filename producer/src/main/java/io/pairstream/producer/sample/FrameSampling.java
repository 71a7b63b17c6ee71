package io.pairstream.producer.sample;

import io.pairstream.clip.CounterRandom;
import java.util.function.IntUnaryOperator;

/// How the frames of a clip are chosen from those of its video. Indexes count from 0 and ascend.
public enum FrameSampling {
  /// Temporal segments (Wang et al., Temporal Segment Networks, ECCV 2016, section 3.1), with the
  /// corner cases of the MCA authors' code: a video with fewer frames than segments gives its first
  /// frame throughout, and so does, in validation, one with as many.
  TSN("tsn"),
  /// Temporal segments without these corner cases: a short video is spread over all segments, its
  /// frames repeated where there are too few.
  EVEN("even");

  private final String text;

  FrameSampling(String text) {
    this.text = text;
  }

  /// The name in options and in a run's description.
  public String text() {
    return text;
  }

  public static FrameSampling parse(String text) {
    for (FrameSampling sampling : values()) {
      if (sampling.text.equals(text)) {
        return sampling;
      }
    }
    throw new IllegalArgumentException("sampling '" + text + "' is not tsn or even");
  }

  /// One random frame of each of equally long segments; frames beyond `segments × ⌊frames /
  /// segments⌋` are never used.
  ///
  /// @param frames how many the video has, at least 1
  public int[] training(int frames, int segments, CounterRandom random) {
    return training(frames, segments, random::nextInt);
  }

  /// @param draw a number from 0 to its argument, which is left out
  int[] training(int frames, int segments, IntUnaryOperator draw) {
    requireFrames(frames, segments);
    int[] index = new int[segments];
    int length = frames / segments;
    if (length == 0) {
      return this == TSN ? index : middles(frames, segments);
    }
    for (int k = 0; k < segments; k++) {
      index[k] = k * length + draw.applyAsInt(length);
    }
    return index;
  }

  /// The frame in the middle of each segment.
  ///
  /// @param frames how many the video has, at least 1
  public int[] validation(int frames, int segments) {
    requireFrames(frames, segments);
    boolean first = this == TSN && frames <= segments;
    return first ? new int[segments] : middles(frames, segments);
  }

  private static int[] middles(int frames, int segments) {
    int[] index = new int[segments];
    double length = frames / (double) segments;
    for (int k = 0; k < segments; k++) {
      index[k] = (int) (length / 2 + length * k);
    }
    return index;
  }

  private static void requireFrames(int frames, int segments) {
    if (frames < 1 || segments < 1) {
      throw new IllegalArgumentException(segments + " segments of " + frames + " frames");
    }
  }
}
