package io.pairstream.producer.load;

import io.pairstream.clip.Shape;
import io.pairstream.producer.sample.CropRule;
import io.pairstream.producer.sample.FrameSampling;
import io.pairstream.producer.sample.Size;

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
