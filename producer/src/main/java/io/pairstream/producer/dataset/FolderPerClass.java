package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import io.pairstream.producer.video.FrameNames;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// One folder a class, each with videos of any kind, sorted by name.
///
/// Three shapes: `train/CLASS/…` with `val/CLASS/…` or `validation/CLASS/…` beside it; `train/`
/// alone or the class folders themselves, of which a share is then for validation. Each may have
/// further sets as `validation-sets/NAME/CLASS/…`. Hidden files and text files are passed over,
/// whatever else lies in a class folder is taken for a video, and so is a folder below it with
/// numbered images; a folder of text files only is no class.
record FolderPerClass(Path root, double validationShare) implements DatasetReader {
  private static final String SETS = "validation-sets";
  private static final List<String> VALIDATION = List.of("val", "validation");
  private static final Set<String> TEXT_EXTENSIONS =
      Set.of(
          "csv", "htm", "html", "json", "jsonl", "log", "md", "pdf", "rst", "sh", "srt", "tsv",
          "txt", "vtt", "xml", "yaml", "yml");

  @Override
  public Dataset read() throws IOException {
    boolean split = holdsClasses(root.resolve("train"));
    List<Path> folders = classFolders(split);
    Map<String, Integer> labels = new HashMap<>();
    folders.forEach(folder -> labels.put(nameOf(folder), labels.size()));

    List<Sample> training = new ArrayList<>();
    for (Path folder : folders) {
      training.addAll(videos(folder, labels));
    }
    List<ValidationVideos> sets = new ArrayList<>();
    for (String name : VALIDATION) {
      if (split && Files.isDirectory(root.resolve(name))) {
        sets.add(validationSet(ValidationVideos.OWN, root.resolve(name), labels));
      }
    }
    if (sets.isEmpty()) {
      HashSplit byHash = HashSplit.of(training, validationShare);
      training = byHash.training();
      sets.addAll(byHash.validationSets());
    }
    if (Files.isDirectory(root.resolve(SETS))) {
      for (Path folder : subfolders(root.resolve(SETS))) {
        sets.add(validationSet(nameOf(folder), folder, labels));
      }
    }
    return new Dataset(
        folders.stream().map(FolderPerClass::nameOf).toList(), training, sets, List.of());
  }

  /// The training folder of each class.
  private List<Path> classFolders(boolean split) throws IOException {
    if (!split) {
      for (String name : VALIDATION) {
        if (holdsClasses(root.resolve(name))) {
          throw ServiceException.usage(
              "dataset %s has %s but no train beside it".formatted(root, name));
        }
      }
    }
    Path parent = split ? root.resolve("train") : root;
    List<Path> folders = new ArrayList<>();
    for (Path folder : subfolders(parent)) {
      boolean sets = !split && nameOf(folder).equals(SETS);
      if (!sets && !isNotes(folder)) {
        folders.add(folder);
      }
    }
    if (folders.isEmpty()) {
      throw ServiceException.usage("dataset " + parent + " has no class folders");
    }
    return folders;
  }

  private ValidationVideos validationSet(String name, Path folder, Map<String, Integer> labels)
      throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (Path ofClass : subfolders(folder)) {
      if (!isNotes(ofClass)) {
        if (!labels.containsKey(nameOf(ofClass))) {
          throw ServiceException.usage(
              "class folder %s has no counterpart in training".formatted(ofClass));
        }
        samples.addAll(videos(ofClass, labels));
      }
    }
    if (samples.isEmpty()) {
      throw ServiceException.usage("validation folder " + folder + " has no videos");
    }
    return new ValidationVideos(name, samples);
  }

  private List<Sample> videos(Path folder, Map<String, Integer> labels) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (Path video : filesAndFrameFolders(folder)) {
      if (!isText(video)) {
        String clipId = root.relativize(video).toString().replace('\\', '/');
        int label = labels.getOrDefault(nameOf(folder), -1);
        samples.add(Sample.of(clipId, label, video.toAbsolutePath(), Sample.UNKNOWN));
      }
    }
    if (samples.isEmpty()) {
      throw ServiceException.usage("class folder " + folder + " has no videos");
    }
    return samples;
  }

  /// Whether it is a folder of folders; a class of that name would hold videos.
  private static boolean holdsClasses(Path folder) throws IOException {
    return Files.isDirectory(folder) && !subfolders(folder).isEmpty();
  }

  /// A folder with text files and nothing else.
  private static boolean isNotes(Path folder) throws IOException {
    List<Path> files = files(folder);
    return !files.isEmpty() && files.stream().allMatch(FolderPerClass::isText);
  }

  private static boolean isText(Path file) {
    String name = nameOf(file);
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return name.contains(".") && TEXT_EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
  }

  private static boolean isHidden(Path path) {
    return nameOf(path).startsWith(".");
  }

  private static String nameOf(Path path) {
    return path.getFileName().toString();
  }

  /// The folders directly below, hidden ones left out, sorted by name.
  private static List<Path> subfolders(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(child -> Files.isDirectory(child) && !isHidden(child))
          .sorted(Comparator.comparing(FolderPerClass::nameOf))
          .toList();
    }
  }

  /// The files below, but in place of numbered images the folder that they are the frames of.
  private static List<Path> filesAndFrameFolders(Path folder) throws IOException {
    return files(folder).stream()
        .map(file -> {
          Path parent = file.resolveSibling("").normalize();
          return FrameNames.isImage(file) && !parent.equals(folder.normalize()) ? parent : file;
        })
        .distinct()
        .toList();
  }

  /// The files below at any depth, hidden ones left out, sorted by path.
  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return below
          .filter(file -> Files.isRegularFile(file) && !isHidden(file))
          .sorted(
              Comparator.comparing(file -> folder.relativize(file).toString().replace('\\', '/')))
          .toList();
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause() == null ? new IOException(e) : e.getCause();
    }
  }
}
