package io.pairstream.producer.load;

import io.pairstream.crop.Size;
import io.pairstream.crop.TestCrop;
import io.pairstream.producer.sample.TestSampling;

/// The views of a video in a test: each of some clips in time, cut in each of some places. View
/// `clip × crops + crop` is crop `crop` of clip `clip`.
///
/// @param sampling which frames
/// @param clips how many clips
/// @param crop which parts of the frames
/// @param frames T of a view
/// @param size W and H of a view
public record TestViews(TestSampling sampling, int clips, TestCrop crop, int frames, Size size) {
  /// What a model was trained on, as far as that says how it should be tested.
  ///
  /// @param frames T
  /// @param size W and H
  /// @param sampling canonical text of the frame sampling
  /// @param crop canonical text of the crop
  public record Trained(int frames, Size size, String sampling, String crop) {}

  public TestViews {
    if (clips < 1 || frames < 1) {
      throw new IllegalArgumentException("--clips " + clips + " of --frames " + frames);
    }
    crop.requireHolds(size);
  }

  /// How many views a video has.
  public int perVideo() {
    return clips * crop.crops();
  }

  /// Bytes of all views of a video.
  public long bytesPerVideo() {
    return (long) perVideo() * frames * size.width() * size.height() * 3;
  }

  /// The protocol for people.
  public String text() {
    String side =
        crop.shortSide().isPresent() ? " of short side " + crop.shortSide().getAsInt() : "";
    return "%s, %d frames, %d clips x %d crops (%s%s)"
        .formatted(sampling.text(), frames, clips, crop.crops(), crop.position().text(), side);
  }
}
