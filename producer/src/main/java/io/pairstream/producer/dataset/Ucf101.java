package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.DatasetFormat.Claim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// UCF101's lists: `classInd.txt` (`1 ApplyEyeMakeup`), `trainlistNN.txt` (`CLASS/video.avi 1`) and
/// `testlistNN.txt` (`CLASS/video.avi`, the label is the folder). Labels count from 0 here, from 1
/// there.
///
/// @param root the folder with `classInd.txt`, such as `ucfTrainTestlist`
/// @param videos the folder of the classes' folders, such as `UCF-101`
/// @param split which of the three splits, from 1
record Ucf101(Path root, Path videos, int split) implements DatasetReader {
  static final String CLASSES = "classInd.txt";

  static final DatasetFormat FORMAT =
      new DatasetFormat(
          "ucf101",
          "classInd.txt with the lists of a split, and the classes' folders",
          Ucf101::find);

  private static Claim find(DatasetOptions options, Nearby nearby) throws IOException {
    Optional<Path> classes = nearby.file(Pattern.compile(CLASSES));
    if (classes.isEmpty()) {
      return new Claim.Absent("no " + CLASSES);
    }
    Path root = classes.get().toAbsolutePath().resolveSibling("").normalize();
    return new Claim.Found(
        new Ucf101(root, videos(nearby, root, options.split()), options.split()),
        CLASSES + " in " + root);
  }

  /// Where the list's first videos lie: in the dataset's folder, or beside the lists as UCF unpacks
  /// them.
  private static Path videos(Nearby nearby, Path root, int split) throws IOException {
    Path list = root.resolve("trainlist%02d.txt".formatted(split));
    if (!Files.exists(list)) {
      return root;
    }
    List<String> first =
        ClipList.read(list).lines().stream()
            .limit(VideoPlaces.TRIED)
            .map(line -> line.text().strip().replaceFirst("\\s+[0-9]+$", ""))
            .toList();
    for (Path beside : List.of(root.resolve("../UCF-101"), root.resolve("../videos"))) {
      if (VideoPlaces.holdsAny(beside, first)) {
        return beside.normalize();
      }
    }
    return nearby
        .folder(folder -> VideoPlaces.holdsAny(folder, first))
        .map(folder -> folder.toAbsolutePath().normalize())
        .orElse(root);
  }

  @Override
  public Dataset read() throws IOException {
    Map<String, Integer> labels = readClasses();
    ClipList trainList = ClipList.read(root.resolve("trainlist%02d.txt".formatted(split)));
    ClipList testList = ClipList.read(root.resolve("testlist%02d.txt".formatted(split)));
    List<Sample> training = readTraining(trainList, labels.size());
    ListFile.requireAnyVideo(trainList.file(), training);
    List<Sample> test = readTest(testList, labels);

    Set<Integer> trained = new HashSet<>();
    training.forEach(sample -> trained.add(sample.label()));
    List<String> names = new ArrayList<>(labels.keySet());
    names.sort((a, b) -> Integer.compare(labels.getOrDefault(a, -1), labels.getOrDefault(b, -1)));
    for (String name : names) {
      if (!trained.contains(labels.get(name))) {
        throw ServiceException.usage(
            "class %s of %s has no video in %s"
                .formatted(name, root.resolve(CLASSES), trainList.file()));
      }
    }
    List<ValidationVideos> sets =
        test.isEmpty() ? List.of() : List.of(new ValidationVideos(ValidationVideos.OWN, test));
    return new Dataset(names, training, sets, List.of());
  }

  private Map<String, Integer> readClasses() throws IOException {
    Map<String, Integer> labels = new HashMap<>();
    for (ClipList.Line line : ClipList.read(root.resolve(CLASSES)).lines()) {
      String[] fields = line.text().strip().split("\\s+", 2);
      if (fields.length != 2) {
        throw line.error("'" + line.text() + "' is not 'number class'");
      }
      if (line.parseNumber(fields[0], "class number") != labels.size() + 1) {
        throw line.error("class number %s does not follow %d".formatted(fields[0], labels.size()));
      }
      if (labels.putIfAbsent(fields[1], labels.size()) != null) {
        throw line.error("class " + fields[1] + " is named twice");
      }
    }
    if (labels.isEmpty()) {
      throw ServiceException.usage("class list " + root.resolve(CLASSES) + " is empty");
    }
    return labels;
  }

  private List<Sample> readTraining(ClipList list, int classes) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (ClipList.Line line : list.lines()) {
      String text = line.text().strip();
      int beforeLabel = text.lastIndexOf(' ');
      if (beforeLabel <= 0) {
        throw line.error("'" + text + "' is not 'path label'");
      }
      long number = line.parseNumber(text.substring(beforeLabel + 1), "label");
      if (number < 1 || number > classes) {
        throw line.error(
            "label %d is out of range, the classes are 1 to %d".formatted(number, classes));
      }
      String path = text.substring(0, beforeLabel).strip();
      samples.add(Sample.of(path, (int) number - 1, locate(line, path), Sample.UNKNOWN));
    }
    return samples;
  }

  private List<Sample> readTest(ClipList list, Map<String, Integer> labels) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (ClipList.Line line : list.lines()) {
      String path = line.text().strip();
      int slash = path.indexOf('/');
      Integer label = slash < 0 ? null : labels.get(path.substring(0, slash));
      if (label == null) {
        throw line.error("'%s' is in no folder of a class of %s".formatted(path, CLASSES));
      }
      samples.add(Sample.of(path, label, locate(line, path), Sample.UNKNOWN));
    }
    return samples;
  }

  private Path locate(ClipList.Line line, String path) {
    try {
      return VideoPlaces.locate(videos, path);
    } catch (InvalidPathException e) {
      throw line.error("'" + path + "' is not a path");
    }
  }
}
