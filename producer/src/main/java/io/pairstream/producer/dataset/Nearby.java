package io.pairstream.producer.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A dataset's folder and the folders at most two below, listed once: there its files are looked
/// for, since people unpack archives in their own ways.
///
/// @param root the folder, or a file
/// @param listed what lies in each folder, the nearest folders first
record Nearby(Path root, Map<Path, List<Path>> listed) {
  private static final int DEEPEST = 2;
  private static final int SHOWN = 6;

  /// A folder with more entries than this has videos, not folders to look into.
  private static final int CROWDED = 2_000;

  /// Lists what is near.
  static Nearby of(Path root) throws IOException {
    Map<Path, List<Path>> listed = new LinkedHashMap<>();
    List<Path> level = Files.isDirectory(root) ? List.of(root) : List.of();
    for (int depth = 0; depth <= DEEPEST && !level.isEmpty(); depth++) {
      List<Path> next = new java.util.ArrayList<>();
      for (Path folder : level) {
        List<Path> children = Folders.children(folder);
        listed.put(folder, children);
        if (depth < DEEPEST && children.size() <= CROWDED) {
          children.stream().filter(Files::isDirectory).forEach(next::add);
        }
      }
      level = next;
    }
    return new Nearby(root, listed);
  }

  /// The nearest file whose name matches.
  Optional<Path> file(Pattern name) {
    return files(name).stream().findFirst();
  }

  /// The files of the nearest folder that has any whose name matches.
  List<Path> files(Pattern name) {
    return listed.values().stream()
        .map(children ->
            children.stream()
                .filter(file -> name.matcher(Folders.nameOf(file)).matches())
                .filter(Files::isRegularFile)
                .toList())
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /// The nearest folder of which something holds.
  Optional<Path> folder(Predicate<Path> holds) {
    return listed.keySet().stream().filter(holds).findFirst();
  }

  /// What the root holds, for a sentence.
  String content() {
    if (!Files.isDirectory(root)) {
      return "one file";
    }
    List<Path> children = listed.getOrDefault(root, List.of());
    if (children.isEmpty()) {
      return "nothing";
    }
    List<String> names =
        children.stream()
            .limit(SHOWN)
            .map(child -> Visible.of(Folders.nameOf(child)) + (Files.isDirectory(child) ? "/" : ""))
            .toList();
    int more = children.size() - names.size();
    return String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
  }
}
