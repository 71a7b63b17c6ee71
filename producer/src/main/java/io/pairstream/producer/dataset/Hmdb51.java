package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.DatasetFormat.Claim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// HMDB51: a folder a class, and beside it three split files a class, `CLASS_test_splitN.txt`, with
/// lines `video.avi 1`: 1 is for training, 2 for testing, 0 for neither. Labels count the classes
/// in alphabetical order.
///
/// @param lists the split file of each class
/// @param videos the folder of the classes' folders
record Hmdb51(TreeMap<String, Path> lists, Path videos) implements DatasetReader {
  static final DatasetFormat FORMAT =
      new DatasetFormat(
          "hmdb51",
          "split files CLASS_test_splitN.txt and a folder with the classes' folders",
          Hmdb51::find);

  private static final Pattern LIST = Pattern.compile("(.+)_test_split([0-9]+)[.]txt");

  private static Claim find(DatasetOptions options, Nearby nearby) {
    List<Path> files = nearby.files(LIST);
    if (files.isEmpty()) {
      return new Claim.Absent("no CLASS_test_splitN.txt");
    }
    TreeMap<String, Path> lists = new TreeMap<>();
    for (Path file : files) {
      Matcher name = LIST.matcher(Folders.nameOf(file));
      if (name.matches() && Integer.parseInt(name.group(2)) == options.split()) {
        lists.put(name.group(1), file);
      }
    }
    Path folder = files.getFirst().resolveSibling("").normalize();
    if (lists.isEmpty()) {
      throw ServiceException.usage(
          "dataset %s: there are no files of split %d in %s"
              .formatted(options.path(), options.split(), folder));
    }
    Optional<Path> videos =
        nearby.folder(
            place -> lists.keySet().stream().allMatch(of -> Files.isDirectory(place.resolve(of))));
    if (videos.isEmpty()) {
      throw ServiceException.usage(
          "dataset %s: HMDB51's split files are in %s, but no folder in it has the folders of all %d classes (%s, …)"
              .formatted(options.path(), folder, lists.size(), lists.firstKey()));
    }
    return new Claim.Found(
        new Hmdb51(lists, videos.get()), lists.size() + " split files in " + folder);
  }

  @Override
  public Dataset read() throws IOException {
    List<String> names = List.copyOf(lists.navigableKeySet());
    List<Sample> training = new ArrayList<>();
    List<Sample> test = new ArrayList<>();
    long unused = 0;
    for (int label = 0; label < names.size(); label++) {
      String name = names.get(label);
      ClipList list = ClipList.read(java.util.Objects.requireNonNull(lists.get(name)));
      for (ClipList.Line line : list.lines()) {
        String text = line.text().strip();
        int blank = text.lastIndexOf(' ');
        if (blank <= 0) {
          throw line.error("'" + text + "' is not 'video 0|1|2'");
        }
        String video = text.substring(0, blank).strip();
        Sample sample =
            Sample.of(
                name + "/" + video,
                label,
                VideoPlaces.locate(videos.resolve(name), video).toAbsolutePath(),
                Sample.UNKNOWN);
        switch (text.substring(blank + 1)) {
          case "1" -> training.add(sample);
          case "2" -> test.add(sample);
          case "0" -> unused++;
          default -> throw line.error("'" + text + "' is not 'video 0|1|2'");
        }
      }
    }
    ListFile.requireAnyVideo(lists.firstEntry().getValue(), training);
    return new Dataset(
        names,
        training,
        test.isEmpty() ? List.of() : List.of(new ValidationVideos(ValidationVideos.OWN, test)),
        List.of(),
        unused == 0
            ? List.of()
            : List.of(
                new Dataset.PassedOver("videos that the split uses in neither part", unused)));
  }
}
