package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Where a dataset's videos are: as published, or as people keep them afterwards, transcoded or as
/// folders of frames.
final class VideoPlaces {
  private static final List<String> EXTENSIONS =
      List.of(".mp4", ".webm", ".avi", ".mkv", ".mov", ".m4v");

  /// How many of a list's videos are looked for to find out where they lie.
  static final int TRIED = 50;

  private VideoPlaces() {}

  /// The folder of a list's videos.
  ///
  /// @param first the list's first videos
  /// @throws ServiceException if none of them is in any folder near
  static Path of(Path dataset, Nearby nearby, List<String> first, Path list) {
    return nearby
        .folder(folder -> holdsAny(folder, first))
        .orElseThrow(() ->
            ServiceException.usage(
                "dataset %s: none of the first %d videos of %s (%s, …) is in it or in a folder below"
                    .formatted(
                        dataset, first.size(), list, first.isEmpty() ? "-" : first.getFirst())));
  }

  /// Whether one of some videos is in a folder.
  static boolean holdsAny(Path folder, List<String> names) {
    return names.stream().anyMatch(name -> Files.exists(locate(folder, name)));
  }

  /// The video of a name: the file, the folder of frames named so without the extension, or a file
  /// with another extension. What is returned need not exist: then it is the name itself.
  ///
  /// @param name with or without an extension
  static Path locate(Path folder, String name) {
    Path itself = folder.resolve(name);
    if (Files.exists(itself)) {
      return itself;
    }
    String stem = stem(name);
    Path frames = folder.resolve(stem);
    if (!stem.equals(name) && Files.isDirectory(frames)) {
      return frames;
    }
    for (String extension : EXTENSIONS) {
      Path transcoded = folder.resolve(stem + extension);
      if (Files.exists(transcoded)) {
        return transcoded;
      }
    }
    return itself;
  }

  /// A name without a video's extension.
  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > name.lastIndexOf('/') && dot > 0 && name.length() - dot <= 5
        ? name.substring(0, dot)
        : name;
  }
}
