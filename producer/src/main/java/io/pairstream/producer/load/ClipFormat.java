package io.pairstream.producer.load;

import io.pairstream.clip.Shape;
import io.pairstream.crop.CropPlan;
import io.pairstream.crop.CropRule;
import io.pairstream.crop.SentFrames;
import io.pairstream.crop.Size;
import io.pairstream.producer.sample.FrameSampling;
import java.util.Optional;

/// What a video is turned into: a clip, U8 [T,H,W,3].
///
/// @param frames T
/// @param size W and H
/// @param sampling which frames
/// @param crops which part of them, and where it is cut out
/// @param repeats how many clips of each training video stand side by side, of the same frames but
///   with crops and flips of their own (Hoffer et al., Augment your batch, CVPR 2020)
public record ClipFormat(
    int frames, Size size, FrameSampling sampling, CropPlan crops, int repeats) {
  public ClipFormat {
    if (frames < 1) {
      throw new IllegalArgumentException("clips of " + frames + " frames");
    }
    if (repeats < 1) {
      throw new IllegalArgumentException(repeats + " clips of each video");
    }
    sampling.requireRoom(frames);
    crops.rule().requireFits(size);
  }

  /// One clip of each video, cropped here.
  public ClipFormat(int frames, Size size, FrameSampling sampling, CropRule crop, boolean flip) {
    this(frames, size, sampling, crop, flip, 1);
  }

  /// Clips that are cropped here.
  public ClipFormat(
      int frames, Size size, FrameSampling sampling, CropRule crop, boolean flip, int repeats) {
    this(frames, size, sampling, new CropPlan(crop, flip, Optional.empty()), repeats);
  }

  /// [N,T,H,W,3] of some clips.
  public Shape shape(int clips) {
    return Shape.of(clips, frames, size.height(), size.width(), 3);
  }

  public long bytesPerClip() {
    return shape(1).elements();
  }

  int clipsPerVideo(BatchPlan.Use use) {
    return switch (use) {
      case TRAINING -> repeats;
      case VALIDATION -> 1;
    };
  }

  /// How many videos a training batch shows.
  ///
  /// @throws IllegalArgumentException if the clips of a video would be parted
  public int videosPerBatch(int clipsPerBatch) {
    if (clipsPerBatch % repeats != 0) {
      throw new IllegalArgumentException(
          "batches of %d clips cannot hold each video %d times: take a multiple"
              .formatted(clipsPerBatch, repeats));
    }
    return clipsPerBatch / repeats;
  }

  /// The canonical text of frame sampling and repeats.
  public String samplingText() {
    return repeats == 1 ? sampling.text() : sampling.text() + ",repeat:" + repeats;
  }

  /// The frames of clips that travel uncropped.
  Optional<SentFrames> uncropped(BatchPlan.Use use) {
    return switch (use) {
      case TRAINING -> crops.sent();
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

  /// The canonical text of crop and flip, and of where they are done.
  public String cropText() {
    return crops.text();
  }
}
