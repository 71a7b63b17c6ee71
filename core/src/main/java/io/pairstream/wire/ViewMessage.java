package io.pairstream.wire;

import io.pairstream.clip.ClipBatch;
import java.util.List;

/// What the producer of a test's views tells the tester, in this order: one [Header], any number of
/// [Views] and [Flaw], one [End].
public sealed interface ViewMessage {

  /// What is going to come.
  ///
  /// @param classNames the dataset's, by label
  /// @param videos how many the tested part of the dataset lists
  /// @param leftOut how many the dataset names but does not list, such as videos of fewer than
  ///   three frames
  /// @param viewsPerVideo how many views each video has
  record Header(List<String> classNames, long videos, long leftOut, int viewsPerVideo)
      implements ViewMessage {
    public Header {
      classNames = List.copyOf(classNames);
      if (classNames.isEmpty() || videos < 1 || viewsPerVideo < 1) {
        throw new IllegalArgumentException(
            "%d classes, %d videos, %d views".formatted(classNames.size(), videos, viewsPerVideo));
      }
    }
  }

  /// Whole videos: the views of a video are rows beside each other, each with the video's id.
  record Views(ClipBatch batch) implements ViewMessage {}

  /// A video and what is wrong with it.
  ///
  /// @param clip its id
  /// @param path of its file
  /// @param cause as one clause
  /// @param used whether its views come all the same
  record Flaw(String clip, String path, String cause, boolean used) implements ViewMessage {}

  /// That was all.
  record End() implements ViewMessage {}
}
