package io.pairstream.producer.load;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.crop.FrameResizer;
import io.pairstream.crop.FrameView;
import io.pairstream.crop.Size;
import io.pairstream.producer.dataset.Sample;
import io.pairstream.producer.video.RgbFrame;
import io.pairstream.producer.video.SampledFrames;
import io.pairstream.producer.video.Scaling;
import io.pairstream.producer.video.VideoException;
import io.pairstream.producer.video.VideoLimits;
import io.pairstream.producer.video.VideoReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A video to a clip: choose frames, decode them, cut and resize them.
///
/// What it writes depends on the file's bytes, the format, the seed, the batch and the place in the
/// batch, and on nothing else. Safe for several threads.
final class ClipLoader {
  private final ClipFormat format;
  private final VideoLimits limits;
  private final long seed;

  /// How many frames a video has that was found whole; written by all decoding threads. It saves
  /// time on the next visit and changes no byte.
  private final Map<Path, Integer> wholeFrames = new ConcurrentHashMap<>();

  ClipLoader(ClipFormat format, VideoLimits limits, long seed) {
    this.format = format;
    this.limits = limits;
    this.seed = seed;
  }

  /// Loads clip `place` of a batch.
  ///
  /// @param target where [T,H,W,3] goes, from `offset`; frames that are not cropped here each at
  ///   the start of the room that the format gives them
  /// @throws IOException if the file cannot be read now, or is not the one that was listed
  LoadedClip load(BatchPlan plan, int place, byte[] target, int offset) throws IOException {
    Sample sample = plan.samples().get(place);
    if (!sample.exists()) {
      return new LoadedClip.Unusable("there is no such file");
    }
    requireUnchanged(sample);
    if (sample.videoBytes() == 0) {
      return new LoadedClip.Unusable("the file is empty");
    }
    Placement placement = new Placement(plan, place, target, offset);
    VideoReader.Options options = new VideoReader.Options(limits, Scaling.EXACT, Optional.empty());
    try (VideoReader reader = VideoReader.open(sample.video(), options)) {
      @Nullable Integer known = wholeFrames.get(sample.video());
      SampledFrames sampled =
          reader.sample(
              placement::choose,
              placement,
              known == null ? OptionalInt.empty() : OptionalInt.of(known));
      sampled.wholeFrames().ifPresent(frames -> wholeFrames.put(sample.video(), frames));
      return new LoadedClip.Loaded(sampled.index(), sampled.damage(), placement.written);
    } catch (VideoException e) {
      return new LoadedClip.Unusable(String.valueOf(e.getMessage()));
    }
  }

  /// The dataset's digest holds the sizes of its files: with other files it would be another run.
  private static void requireUnchanged(Sample sample) throws IOException {
    long bytes = Files.size(sample.video());
    if (bytes != sample.videoBytes()) {
      throw new IOException(
          "video %s had %d bytes when the dataset was listed, and has %d now"
              .formatted(sample.video(), sample.videoBytes(), bytes));
    }
  }

  /// Puts the chosen frames of one clip in their place.
  private final class Placement implements VideoReader.FrameSink {
    private final BatchPlan plan;
    private final int place;
    private final byte[] target;
    private final int offset;
    private Optional<FrameResizer> resizer = Optional.empty();
    private Size written;

    Placement(BatchPlan plan, int place, byte[] target, int offset) {
      this.plan = plan;
      this.place = place;
      this.target = target;
      this.offset = offset;
      this.written = format.size();
    }

    int[] choose(int frames) {
      return switch (plan.use()) {
        case TRAINING ->
            format.sampling().training(frames, format.frames(), random(plan.id(), "sampling"));
        case VALIDATION -> format.sampling().validation(frames, format.frames());
      };
    }

    @Override
    public void accept(int frame, RgbFrame rgb) {
      Size size = new Size(rgb.width(), rgb.height());
      FrameResizer one = resizer.orElseGet(() -> new FrameResizer(view(size)));
      resizer = Optional.of(one);
      int at = offset + frame * (int) format.roomPerFrame(plan.use());
      if (format.uncropped(plan.use()).isPresent() && written.equals(size)) {
        // What resizing would give, for less.
        rgb.copyTo(target, at);
      } else {
        one.resize(rgb.rgb(), rgb.stride(), target, at);
      }
    }

    private FrameView view(Size frame) {
      return switch (plan.use()) {
        case TRAINING -> {
          if (format.sent().isPresent()) {
            written = format.sent().get().of(frame);
            yield FrameView.whole(frame, written);
          }
          yield format
              .cropPlan()
              .training(frame, format.size(), purpose -> random(plan.id(), purpose));
        }
        case VALIDATION -> format.crop().validation(frame, format.size());
      };
    }

    private CounterRandom random(BatchId id, String purpose) {
      return CounterRandom.of(seed, id, place, purpose);
    }
  }
}
