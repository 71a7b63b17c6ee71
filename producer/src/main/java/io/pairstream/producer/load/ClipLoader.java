package io.pairstream.producer.load;

import io.pairstream.producer.dataset.Sample;
import io.pairstream.producer.video.FrameSource;
import io.pairstream.producer.video.SampledFrames;
import io.pairstream.producer.video.Scaling;
import io.pairstream.producer.video.VideoException;
import io.pairstream.producer.video.VideoLimits;
import io.pairstream.producer.video.VideoReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A video to its clips: choose frames, decode them, cut and resize them.
///
/// What it writes depends on the file's bytes, the format, the seed, the batch and the place in the
/// batch, and on nothing else. Safe for several threads.
final class ClipLoader {
  private final Placements placements;
  private final VideoLimits limits;

  /// How many frames a video has that was found whole; written by all decoding threads. It saves
  /// time on the next visit and changes no byte.
  private final Map<Path, Integer> wholeFrames = new ConcurrentHashMap<>();

  ClipLoader(Placements placements, VideoLimits limits) {
    this.placements = placements;
    this.limits = limits;
  }

  /// How the place of a video is filled.
  interface Placements {
    /// @see ClipLoader#load
    Placement of(BatchPlan plan, int place, byte[] target, int offset);
  }

  /// The clips of each video, as the plan's use asks for.
  static Placements clips(ClipFormat format, long seed) {
    return (plan, place, target, offset) ->
        new ClipPlacement(format, seed, plan, place, target, offset);
  }

  /// All views of each video.
  static Placements views(TestViews views) {
    return (_, _, target, offset) -> new ViewPlacement(views, target, offset);
  }

  /// Loads video `place` of a batch.
  ///
  /// @param target where its clips go, from `offset`; frames that are not cropped here each at the
  ///   start of the room that the format gives them
  /// @throws IOException if the file cannot be read now, or is not the one that was listed
  LoadedClip load(BatchPlan plan, int place, byte[] target, int offset) throws IOException {
    Sample sample = plan.samples().get(place);
    if (!sample.exists()) {
      return new LoadedClip.Unusable("there is no such file");
    }
    requireUnchanged(sample);
    if (sample.videoBytes() == 0 && !Files.isDirectory(sample.video())) {
      return new LoadedClip.Unusable("the file is empty");
    }
    Placement placement = placements.of(plan, place, target, offset);
    VideoReader.ReadingOptions options = new VideoReader.ReadingOptions(limits, Scaling.EXACT);
    try (FrameSource source = FrameSource.open(sample.video(), options)) {
      @Nullable Integer known = wholeFrames.get(sample.video());
      SampledFrames sampled =
          source.sample(
              placement::choose,
              placement,
              known == null ? OptionalInt.empty() : OptionalInt.of(known));
      sampled.wholeFrames().ifPresent(frames -> wholeFrames.put(sample.video(), frames));
      return new LoadedClip.Loaded(
          placement.index(sampled.index()), sampled.damage(), placement.written());
    } catch (VideoException e) {
      return new LoadedClip.Unusable(String.valueOf(e.getMessage()));
    }
  }

  /// The dataset's digest holds the sizes of its files: with other files it would be another run.
  private static void requireUnchanged(Sample sample) throws IOException {
    long now = Sample.measure(sample.video());
    if (now == Sample.UNKNOWN) {
      throw new IOException("video " + sample.video() + " is gone since the dataset was listed");
    }
    if (now != sample.videoBytes()) {
      String unit = Files.isDirectory(sample.video()) ? "images" : "bytes";
      throw new IOException(
          "video %s had %d %s when the dataset was listed, and has %d now"
              .formatted(sample.video(), sample.videoBytes(), unit, now));
    }
  }
}
