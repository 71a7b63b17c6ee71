package io.pairstream.producer.dataset;

import io.pairstream.producer.video.FrameNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// A labelled video.
///
/// @param clipId name of the clip, unique in its set
/// @param label place of its class in [Dataset#classNames()]
/// @param video the file or the folder of frames; it need not exist
/// @param listedFrames how many frames a list says it has, or [#UNKNOWN]; what the file really has
///   counts
/// @param videoBytes size of the file when the dataset was listed, of a folder the number of its
///   images, or [#UNKNOWN] where there was neither
public record Sample(String clipId, int label, Path video, long listedFrames, long videoBytes) {
  public static final long UNKNOWN = -1;

  public Sample {
    if (clipId.isEmpty()) {
      throw new IllegalArgumentException("a clip without a name: " + video);
    }
    if (label < 0) {
      throw new IllegalArgumentException("clip " + clipId + " has label " + label);
    }
    if (listedFrames < UNKNOWN || videoBytes < UNKNOWN) {
      throw new IllegalArgumentException(
          "clip " + clipId + " has " + listedFrames + " frames and " + videoBytes + " bytes");
    }
  }

  /// The sample of a video as it lies there now.
  static Sample of(String clipId, int label, Path video, long listedFrames) throws IOException {
    return new Sample(clipId, label, video, listedFrames, measure(video));
  }

  /// What [#videoBytes] would be now.
  public static long measure(Path video) throws IOException {
    BasicFileAttributes found;
    try {
      // One question instead of three: lists name millions of files.
      found = Files.readAttributes(video, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return UNKNOWN;
    }
    if (found.isDirectory()) {
      return FrameNames.count(video);
    }
    return found.isRegularFile() ? found.size() : UNKNOWN;
  }

  /// Whether there was a video when the dataset was listed.
  public boolean exists() {
    return videoBytes != UNKNOWN;
  }
}
