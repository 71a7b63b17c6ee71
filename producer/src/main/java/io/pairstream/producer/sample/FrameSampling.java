package io.pairstream.producer.sample;

import io.pairstream.clip.CounterRandom;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/// How the frames of a clip are chosen from those of its video. Indexes count from 0, in the order
/// of the clip; they ascend, but where [#DENSE] starts a short video anew.
public enum FrameSampling {
  /// Temporal segments (Wang et al., Temporal Segment Networks, ECCV 2016, section 3.1), with the
  /// corner cases of the MCA authors' code: a video with fewer frames than segments gives its first
  /// frame throughout, and so does, in validation, one with as many.
  TSN("tsn"),
  /// Temporal segments without these corner cases: a short video is spread over all segments, its
  /// frames repeated where there are too few.
  EVEN("even"),
  /// The segments of the authors' SlowFast and UniFormer code, which share their end points:
  /// segment k goes from `round(k·s)` to `round((k+1)·s)`, both counted, with `s = (frames −
  /// 1)/segments` and halves rounded to even.
  SLOWFAST("slowfast"),
  /// Frames at equal steps in a window of [#WINDOW] frames, which starts the video anew at its end.
  /// Training draws where the window starts; validation takes the middle one, where the authors'
  /// code draws as well.
  DENSE("dense");

  /// Frames that [#DENSE] looks at.
  static final int WINDOW = 64;

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
    throw new IllegalArgumentException(
        "sampling '%s' is not one of %s"
            .formatted(
                text,
                Arrays.stream(values())
                    .map(FrameSampling::text)
                    .collect(Collectors.joining(", "))));
  }

  /// Refuses clips of more frames than the rule tells apart.
  public void requireRoom(int segments) {
    if (this == DENSE && segments > WINDOW) {
      throw new IllegalArgumentException(
          "sampling dense takes at most %d frames, not %d".formatted(WINDOW, segments));
    }
  }

  /// One random frame of each segment, or a random window. With [#TSN] and [#EVEN] frames beyond
  /// `segments × ⌊frames / segments⌋` are never used.
  ///
  /// @param frames how many the video has, at least 1
  public int[] training(int frames, int segments, CounterRandom random) {
    return training(frames, segments, random::nextInt);
  }

  /// @param draw a number from 0 to its argument, which is left out
  int[] training(int frames, int segments, IntUnaryOperator draw) {
    requireFrames(frames, segments);
    return switch (this) {
      case TSN -> frames < segments ? new int[segments] : drawn(frames, segments, draw);
      case EVEN -> frames < segments ? middles(frames, segments) : drawn(frames, segments, draw);
      case SLOWFAST -> {
        int[] index = new int[segments];
        for (int k = 0; k < segments; k++) {
          int first = bound(frames, segments, k);
          index[k] = first + draw.applyAsInt(bound(frames, segments, k + 1) - first + 1);
        }
        yield index;
      }
      // The last start of all is never drawn, as in the reference.
      case DENSE ->
          window(frames, segments, frames <= WINDOW ? 0 : draw.applyAsInt(frames - WINDOW));
    };
  }

  /// The frame in the middle of each segment, or the middle window.
  ///
  /// @param frames how many the video has, at least 1
  public int[] validation(int frames, int segments) {
    requireFrames(frames, segments);
    return switch (this) {
      case TSN -> frames <= segments ? new int[segments] : middles(frames, segments);
      case EVEN -> middles(frames, segments);
      case SLOWFAST -> {
        int[] index = new int[segments];
        int half = (int) (length(frames, segments) / 2);
        for (int k = 0; k < segments; k++) {
          index[k] = bound(frames, segments, k) + half;
        }
        yield index;
      }
      case DENSE -> window(frames, segments, Math.max(0, frames - WINDOW) / 2);
    };
  }

  private static int[] drawn(int frames, int segments, IntUnaryOperator draw) {
    int[] index = new int[segments];
    int length = frames / segments;
    for (int k = 0; k < segments; k++) {
      index[k] = k * length + draw.applyAsInt(length);
    }
    return index;
  }

  private static int[] middles(int frames, int segments) {
    int[] index = new int[segments];
    double length = frames / (double) segments;
    for (int k = 0; k < segments; k++) {
      index[k] = (int) (length / 2 + length * k);
    }
    return index;
  }

  private static int[] window(int frames, int segments, int start) {
    int[] index = new int[segments];
    for (int k = 0; k < segments; k++) {
      index[k] = (start + k * (WINDOW / segments)) % frames;
    }
    return index;
  }

  /// Length of a segment of [#SLOWFAST].
  private static double length(int frames, int segments) {
    return (frames - 1) / (double) segments;
  }

  private static int bound(int frames, int segments, int k) {
    return (int) Math.rint(length(frames, segments) * k);
  }

  private void requireFrames(int frames, int segments) {
    if (frames < 1 || segments < 1) {
      throw new IllegalArgumentException(segments + " segments of " + frames + " frames");
    }
    requireRoom(segments);
  }
}
