package io.pairstream.producer.load;

import io.pairstream.clip.Shape;
import io.pairstream.crop.CropRule;
import io.pairstream.crop.Size;
import io.pairstream.producer.sample.FrameSampling;
import java.nio.file.Path;
import java.util.Locale;

/// What a video is turned into: a clip, U8 [T,H,W,3].
///
/// @param frames T
/// @param size W and H
/// @param sampling which frames
/// @param crop which part of them
/// @param flip whether half of the training clips are mirrored
/// @param repeats how many clips of each training video stand side by side, of the same frames but
///   with crops and flips of their own (Hoffer et al., Augment your batch, CVPR 2020)
public record ClipFormat(
    int frames, Size size, FrameSampling sampling, CropRule crop, boolean flip, int repeats) {
  public ClipFormat {
    if (frames < 1) {
      throw new IllegalArgumentException("clips of " + frames + " frames");
    }
    if (repeats < 1) {
      throw new IllegalArgumentException(repeats + " clips of each video");
    }
    sampling.requireRoom(frames);
    crop.requireFits(size);
  }

  /// One clip of each video.
  public ClipFormat(int frames, Size size, FrameSampling sampling, CropRule crop, boolean flip) {
    this(frames, size, sampling, crop, flip, 1);
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

  /// The canonical text of crop and flip.
  public String cropText() {
    return flip ? crop.text() + ",flip" : crop.text();
  }
}
