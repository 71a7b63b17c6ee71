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
public record ClipFormat(
    int frames, Size size, FrameSampling sampling, CropRule crop, boolean flip) {
  public ClipFormat {
    if (frames < 1) {
      throw new IllegalArgumentException("clips of " + frames + " frames");
    }
    sampling.requireRoom(frames);
    crop.requireFits(size);
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

  /// The canonical text of crop and flip.
  public String cropText() {
    return flip ? crop.text() + ",flip" : crop.text();
  }
}
