package io.pairstream.producer.load;

import io.pairstream.clip.Shape;
import io.pairstream.crop.CropPlan;
import io.pairstream.crop.CropRule;
import io.pairstream.crop.SentFrames;
import io.pairstream.crop.Size;
import io.pairstream.producer.sample.FrameSampling;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// What a video is turned into: a clip, U8 [T,H,W,3].
///
/// @param frames T
/// @param size W and H
/// @param sampling which frames
/// @param crop which part of them
/// @param flip whether half of the training clips are mirrored
/// @param sent how the frames of training clips travel that the augmenter crops; absent where they
///   are cropped here
public record ClipFormat(
    int frames,
    Size size,
    FrameSampling sampling,
    CropRule crop,
    boolean flip,
    Optional<SentFrames> sent) {
  public ClipFormat {
    if (frames < 1) {
      throw new IllegalArgumentException("clips of " + frames + " frames");
    }
  }

  /// Clips that are cropped here.
  public ClipFormat(int frames, Size size, FrameSampling sampling, CropRule crop, boolean flip) {
    this(frames, size, sampling, crop, flip, Optional.empty());
  }

  /// Whether mirroring leaves a dataset's labels true, by its name: in Something-Something and
  /// Jester left and right are what the labels are about (the reference's own rule).
  public static boolean flipByDefault(Path dataset) {
    String name = dataset.toString().toLowerCase(Locale.ROOT);
    return !name.contains("something") && !name.contains("jester");
  }

  /// [N,T,H,W,3] of some clips.
  public Shape shape(int clips) {
    return Shape.of(clips, frames, size.height(), size.width(), 3);
  }

  public long bytesPerClip() {
    return shape(1).elements();
  }

  /// The frames of clips that travel uncropped.
  Optional<SentFrames> uncropped(BatchPlan.Use use) {
    return switch (use) {
      case TRAINING -> sent;
      case VALIDATION -> Optional.empty();
    };
  }

  /// The place that a clip needs while its batch is being made.
  long roomPerClip(BatchPlan.Use use) {
    return frames * roomPerFrame(use);
  }

  /// The place that a frame needs while its batch is being made.
  long roomPerFrame(BatchPlan.Use use) {
    return uncropped(use).map(frame -> 3L * frame.maxPixels()).orElse(bytesPerClip() / frames);
  }

  /// How training clips are cropped.
  CropPlan cropPlan() {
    return new CropPlan(crop, flip, sent);
  }

  /// The canonical text of crop and flip, and of where they are done.
  public String cropText() {
    return cropPlan().text();
  }
}
