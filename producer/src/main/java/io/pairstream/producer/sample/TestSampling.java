package io.pairstream.producer.sample;

import java.util.ArrayList;
import java.util.List;

/// How the clips of a video are chosen in a test: one or several, at fixed places. Indexes count
/// from 0.
public enum TestSampling {
  /// As [#EVEN]; a single clip has the corner case of the MCA authors' validation, in which a video
  /// with no more frames than segments gives its first frame throughout.
  TSN("tsn") {
    @Override
    int[] clip(Video video, int clip, int clips) {
      return clips == 1
          ? FrameSampling.TSN.validation(video.frames(), video.segments())
          : EVEN.clip(video, clip, clips);
    }
  },
  /// Temporal segments: a single clip shows the middle of each, several show other places of each,
  /// evenly apart, beginning with the middle. Two are what TSM's authors call twice-sampling.
  EVEN("even") {
    @Override
    int[] clip(Video video, int clip, int clips) {
      double length = video.frames() / (double) video.segments();
      double place = (0.5 + clip / (double) clips) % 1;
      int[] index = new int[video.segments()];
      for (int k = 0; k < index.length; k++) {
        index[k] = (int) (length * place + length * k);
      }
      return index;
    }
  },
  /// PySlowFast's segments for Something-Something: of c clips, clip i lies (i+1)/(c+1) of a
  /// segment after the segment's begin, which is rounded half to even.
  SLOWFAST("slowfast") {
    @Override
    int[] clip(Video video, int clip, int clips) {
      double length = (video.frames() - 1) / (double) video.segments();
      int shift = (int) (length / (clips + 1) * (clip + 1));
      int[] index = new int[video.segments()];
      for (int k = 0; k < index.length; k++) {
        index[k] = (int) Math.rint(length * k) + shift;
      }
      return index;
    }
  },
  /// Windows of 64 frames at evenly spaced begins, as TSM's authors test Kinetics with ten of them;
  /// a shorter video begins anew at its end.
  DENSE("dense") {
    @Override
    int[] clip(Video video, int clip, int clips) {
      int last = Math.max(0, video.frames() - WINDOW);
      double step = clips > 1 ? last / (double) (clips - 1) : 0;
      // The last one exactly, as NumPy's linspace.
      int begin = clip > 0 && clip == clips - 1 ? last : (int) (clip * step);
      int stride = Math.max(1, WINDOW / video.segments());
      int[] index = new int[video.segments()];
      for (int k = 0; k < index.length; k++) {
        index[k] = (begin + k * stride) % video.frames();
      }
      return index;
    }
  };

  private static final int WINDOW = 64;
  private static final int DENSE_CLIPS = 10;

  private final String text;

  TestSampling(String text) {
    this.text = text;
  }

  /// @param frames how many it has, at least 1
  /// @param segments how many of them a clip shows
  record Video(int frames, int segments) {
    Video {
      if (frames < 1 || segments < 1) {
        throw new IllegalArgumentException(segments + " segments of " + frames + " frames");
      }
    }
  }

  /// The name in options.
  public String text() {
    return text;
  }

  public static TestSampling parse(String text) {
    for (TestSampling sampling : values()) {
      if (sampling.text.equals(text)) {
        return sampling;
      }
    }
    throw new IllegalArgumentException(
        "sampling '" + text + "' is not tsn, even, slowfast or dense");
  }

  /// How many clips of a video its authors test.
  public int usualClips() {
    return this == DENSE ? DENSE_CLIPS : 1;
  }

  /// The frames of each clip of a video.
  ///
  /// @param frames how many the video has, at least 1
  /// @param segments how many frames a clip has
  /// @param clips how many clips, at least 1
  public List<int[]> clips(int frames, int segments, int clips) {
    Video video = new Video(frames, segments);
    List<int[]> chosen = new ArrayList<>();
    for (int clip = 0; clip < clips; clip++) {
      chosen.add(clip(video, clip, clips));
    }
    return chosen;
  }

  abstract int[] clip(Video video, int clip, int clips);
}
