package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.DatasetFormat.Claim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// One folder a class, each with videos of any kind, sorted by name.
///
/// Three shapes: a training folder ([SplitName]) with a validation or test folder beside it; a
/// training folder alone or the class folders themselves, of which a share is then for validation.
/// Each may have further sets as `validation-sets/NAME/CLASS/…`.
///
/// @param root the folder
/// @param splits its folders that are parts of the dataset; none: its folders are classes
record FolderPerClass(Path root, Map<SplitName, Path> splits, double validationShare)
    implements DatasetReader {
  static final DatasetFormat FORMAT =
      new DatasetFormat(
          "folder", "a folder a class, below train and val or by themselves", FolderPerClass::find);

  private static final String SETS = "validation-sets";

  FolderPerClass {
    splits = Map.copyOf(splits);
  }

  private static Claim find(DatasetOptions options, Nearby nearby) throws IOException {
    Path root = options.path();
    if (!Files.isDirectory(root)) {
      return new Claim.Absent("the path is a file");
    }
    requireNoLists(options);
    Map<SplitName, Path> splits = splits(root);
    FolderPerClass reader =
        new FolderPerClass(
            root, splits, options.validationShare().orElse(DatasetOptions.DEFAULT_SHARE));
    if (!splits.isEmpty()) {
      return reader.ofSplits();
    }
    boolean asked = options.format().equals(FORMAT.name());
    return reader.ofClasses(asked);
  }

  private static void requireNoLists(DatasetOptions options) {
    if (options.validationList().isPresent() || options.classes().isPresent()) {
      throw ServiceException.usage(
          "dataset "
              + options.path()
              + " is a folder: validation and class lists go with a list file");
    }
  }

  /// The folders that are parts of the dataset.
  private static Map<SplitName, Path> splits(Path root) throws IOException {
    Map<SplitName, Path> splits = new LinkedHashMap<>();
    for (Path folder : Folders.children(root)) {
      Optional<SplitName> split = SplitName.of(Folders.nameOf(folder));
      if (split.isPresent() && holdsFolders(folder)) {
        Path before = splits.put(split.get(), folder);
        if (before != null) {
          throw ServiceException.usage(
              "dataset %s has two folders for one part, %s and %s: give one of them alone, or lists"
                  .formatted(root, Folders.nameOf(before), Folders.nameOf(folder)));
        }
      }
    }
    return splits;
  }

  private Claim ofSplits() throws IOException {
    Path training = splits.get(SplitName.TRAINING);
    if (training == null) {
      throw ServiceException.usage(
          "dataset %s has %s but no train beside it"
              .formatted(root, Folders.nameOf(splits.values().iterator().next())));
    }
    requireClasses(training, classFolders(training), true);
    return new Claim.Found(this, "it has " + Folders.nameOf(training) + " with class folders");
  }

  private Claim ofClasses(boolean asked) throws IOException {
    List<Path> classes = classFolders(root);
    if (classes.isEmpty()) {
      if (asked) {
        throw ServiceException.usage("dataset " + root + " has no class folders");
      }
      return new Claim.Absent("no folder with videos");
    }
    if (!asked && classes.size() == 1) {
      Path only = classes.getFirst();
      return new Claim.Absent(
          "only one folder with videos, %s, which would be the only class (--dataset-format folder takes it so)"
              .formatted(Folders.nameOf(only)));
    }
    requireClasses(root, classes, asked);
    return new Claim.Found(this, "it has " + classes.size() + " class folders");
  }

  /// Refuses what looks like folders of classes rather than classes.
  private static void requireClasses(Path parent, List<Path> classes, boolean asked)
      throws IOException {
    if (classes.isEmpty()) {
      throw ServiceException.usage("dataset " + parent + " has no class folders");
    }
    if (asked) {
      return;
    }
    for (Path folder : classes) {
      if (holdsVideo(folder) || VideoFolder.of(folder).holdsDirectly(folder)) {
        return;
      }
    }
    throw ServiceException.usage(
        "dataset %s: none of its folders (%s) holds a video itself, only folders below do; give the folder whose folders are the classes, or --dataset-format folder to take these"
            .formatted(parent, Nearby.of(parent).content()));
  }

  @Override
  public Dataset read() throws IOException {
    Path ofTraining = splits.getOrDefault(SplitName.TRAINING, root);
    List<Path> folders = classFolders(ofTraining);
    Map<String, Integer> labels = new HashMap<>();
    folders.forEach(folder -> labels.put(Folders.nameOf(folder), labels.size()));
    Map<String, Long> passedOver = new LinkedHashMap<>();

    List<Sample> training = new ArrayList<>();
    for (Path folder : folders) {
      training.addAll(videos(folder, labels, passedOver));
    }
    List<ValidationVideos> sets = new ArrayList<>();
    Path tested = splits.getOrDefault(SplitName.VALIDATION, splits.get(SplitName.TEST));
    if (tested != null) {
      sets.add(validationSet(ValidationVideos.OWN, tested, labels, passedOver));
    }
    if (splits.containsKey(SplitName.VALIDATION) && splits.containsKey(SplitName.TEST)) {
      passedOver.merge("a test part beside the validation part", 1L, Long::sum);
    }
    if (sets.isEmpty()) {
      HashSplit byHash = HashSplit.of(training, validationShare);
      training = byHash.training();
      sets.addAll(byHash.validationSets());
    }
    if (Files.isDirectory(root.resolve(SETS))) {
      for (Path folder : Folders.children(root.resolve(SETS))) {
        sets.add(validationSet(Folders.nameOf(folder), folder, labels, passedOver));
      }
    }
    return new Dataset(
        folders.stream().map(Folders::nameOf).toList(),
        training,
        sets,
        List.of(),
        passedOver.entrySet().stream()
            .map(kind -> new Dataset.PassedOver(kind.getKey(), kind.getValue()))
            .toList());
  }

  /// The folders below that are classes: all but those of text files and further sets.
  private static List<Path> classFolders(Path parent) throws IOException {
    List<Path> folders = new ArrayList<>();
    for (Path folder : Folders.children(parent)) {
      if (Files.isDirectory(folder)
          && !Folders.nameOf(folder).equals(SETS)
          && !isWithoutVideos(folder)) {
        folders.add(folder);
      }
    }
    return folders;
  }

  private ValidationVideos validationSet(
      String name, Path folder, Map<String, Integer> labels, Map<String, Long> passedOver)
      throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (Path ofClass : classFolders(folder)) {
      if (!labels.containsKey(Folders.nameOf(ofClass))) {
        throw ServiceException.usage(
            "class folder %s has no counterpart in training".formatted(ofClass));
      }
      samples.addAll(videos(ofClass, labels, passedOver));
    }
    if (samples.isEmpty()) {
      throw ServiceException.usage("validation folder " + folder + " has no videos");
    }
    return new ValidationVideos(name, samples);
  }

  private List<Sample> videos(
      Path folder, Map<String, Integer> labels, Map<String, Long> passedOver) throws IOException {
    VideoFolder content = VideoFolder.of(folder);
    content.passedOver().forEach((kind, count) -> passedOver.merge(kind, count, Long::sum));
    List<Sample> samples = new ArrayList<>();
    for (Path video : content.videos()) {
      String clipId = root.relativize(video).toString().replace('\\', '/');
      int label = labels.getOrDefault(Folders.nameOf(folder), -1);
      samples.add(Sample.of(clipId, label, video.toAbsolutePath(), Sample.UNKNOWN));
    }
    if (samples.isEmpty()) {
      throw ServiceException.usage("class folder " + folder + " has no videos");
    }
    return samples;
  }

  /// Whether a video file lies directly in a folder: the usual case, seen without a walk below.
  private static boolean holdsVideo(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.anyMatch(
          child -> Files.isRegularFile(child) && VideoFolder.kind(child).isEmpty());
    }
  }

  private static boolean holdsFolders(Path folder) throws IOException {
    return Folders.children(folder).stream().anyMatch(Files::isDirectory);
  }

  /// A folder with files, none of which is a video; an empty folder is a class that lacks its
  /// videos.
  private static boolean isWithoutVideos(Path folder) throws IOException {
    if (holdsVideo(folder)) {
      return false;
    }
    VideoFolder content = VideoFolder.of(folder);
    return content.videos().isEmpty() && !content.passedOver().isEmpty();
  }
}
