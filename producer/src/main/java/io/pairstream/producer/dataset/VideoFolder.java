package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import io.pairstream.producer.video.FrameNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The videos below a folder, and what else lies there.
///
/// A file is a video unless its name says that it is something else; a folder below with numbered
/// images is one too. A link that leads nowhere is a video that cannot be read.
///
/// @param videos sorted by path
/// @param passedOver what is no video, by kind
record VideoFolder(List<Path> videos, Map<String, Long> passedOver) {
  private static final Set<String> TEXT =
      Set.of(
          "csv",
          "htm",
          "html",
          "json",
          "jsonl",
          "log",
          "md",
          "nfo",
          "pdf",
          "rst",
          "sh",
          "tsv",
          "txt",
          "xml",
          "yaml",
          "yml",
          "url",
          "info",
          "description");
  private static final Set<String> SIDECARS =
      Set.of("srt", "vtt", "ass", "sub", "idx", "wav", "mp3", "m4a", "aac", "npy", "npz", "pkl");
  private static final Set<String> UNFINISHED = Set.of("part", "crdownload", "ytdl", "tmp", "temp");
  private static final Set<String> OF_SYSTEMS = Set.of("thumbs.db", "desktop.ini", "icon\r");
  private static final Set<String> ARCHIVES =
      Set.of("zip", "tar", "gz", "tgz", "bz2", "xz", "rar", "7z", "md5", "sha1", "sha256");

  VideoFolder {
    videos = List.copyOf(videos);
  }

  /// What a name says that a file is, if it is no video.
  static Optional<String> kind(Path file) {
    String name = Folders.nameOf(file).toLowerCase(Locale.ROOT);
    String extension = name.contains(".") ? name.substring(name.lastIndexOf('.') + 1) : "";
    if (name.startsWith(".")) {
      return Optional.of("hidden files");
    }
    if (OF_SYSTEMS.contains(name)) {
      return Optional.of("files of operating systems");
    }
    if (TEXT.contains(extension)) {
      return Optional.of("text files");
    }
    if (SIDECARS.contains(extension)) {
      return Optional.of("subtitles, sound and arrays beside videos");
    }
    if (UNFINISHED.contains(extension)) {
      return Optional.of("unfinished downloads");
    }
    if (ARCHIVES.contains(extension)) {
      return Optional.of("archives and checksums");
    }
    return FrameNames.isPicture(file) ? Optional.of("single pictures") : Optional.empty();
  }

  /// Lists what lies below a folder, at any depth.
  ///
  /// @throws ServiceException if a link below leads back to a folder that it lies in
  static VideoFolder of(Path folder) throws IOException {
    Set<Path> videos = new LinkedHashSet<>();
    Map<String, Long> passedOver = new LinkedHashMap<>();
    for (Path file : files(folder)) {
      Path parent = file.resolveSibling("").normalize();
      if (FrameNames.isImage(file)
          && !Folders.isHidden(file)
          && !parent.equals(folder.normalize())) {
        videos.add(parent);
        continue;
      }
      Optional<String> kind = kind(file);
      if (kind.isPresent()) {
        passedOver.merge(kind.get(), 1L, Long::sum);
      } else {
        videos.add(file);
      }
    }
    // A folder that holds videos and pictures holds no frames: its pictures are thumbnails.
    Set<Path> ofVideos = new LinkedHashSet<>();
    for (Path video : videos) {
      if (!Files.isDirectory(video)) {
        ofVideos.add(video.resolveSibling("").normalize());
      }
    }
    List<Path> kept = new ArrayList<>();
    for (Path video : videos) {
      if (Files.isDirectory(video) && ofVideos.contains(video.normalize())) {
        passedOver.merge("single pictures", (long) FrameNames.count(video), Long::sum);
      } else {
        kept.add(video);
      }
    }
    return new VideoFolder(kept, passedOver);
  }

  /// Whether videos or folders of frames lie directly in it, not only further below.
  boolean holdsDirectly(Path folder) {
    return videos.stream()
        .anyMatch(video -> folder.normalize().equals(video.resolveSibling("").normalize()));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return below
          .filter(file -> Files.isRegularFile(file) || isDangling(file))
          .sorted(
              Comparator.comparing(file -> folder.relativize(file).toString().replace('\\', '/')))
          .toList();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof FileSystemLoopException loop) {
        throw ServiceException.usage(
            "link " + loop.getFile() + " leads back to a folder that it lies in", e);
      }
      throw e.getCause() == null ? new IOException(e) : e.getCause();
    }
  }

  private static boolean isDangling(Path file) {
    return Files.isSymbolicLink(file) && !Files.exists(file);
  }
}
