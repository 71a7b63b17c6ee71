package io.pairstream.producer.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Names and contents of folders.
final class Folders {
  private Folders() {}

  static String nameOf(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  static boolean isHidden(Path path) {
    return nameOf(path).startsWith(".");
  }

  /// What lies directly in a folder, hidden things left out, sorted by name; nothing where there is
  /// no folder.
  static List<Path> children(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(child -> !isHidden(child))
          .sorted(Comparator.comparing(Folders::nameOf))
          .toList();
    }
  }
}
