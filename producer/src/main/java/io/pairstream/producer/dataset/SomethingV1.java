package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.DatasetFormat.Claim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Something-Something V1: `…labels.csv` with a class a line, `…train.csv` and `…validation.csv`
/// with `ID;class`, and a folder with `ID/` of numbered JPEG images. Labels count the classes in
/// alphabetical order, as TSM's tools number them.
///
/// @param labels the file of the classes
/// @param training the list of the training videos
/// @param validation the list of the validation videos
/// @param videos the folder of the videos' folders
record SomethingV1(Path labels, Path training, Path validation, Path videos)
    implements DatasetReader {
  static final DatasetFormat FORMAT =
      new DatasetFormat(
          "something-v1",
          "something-something-v1-labels.csv, -train.csv and -validation.csv, and the folder of the frame folders",
          SomethingV1::find);

  private static final String START = "(something-something-v1-|sthv1_|ssv1[-_])";

  private static Claim find(DatasetOptions options, Nearby nearby) throws IOException {
    Optional<Path> labels = nearby.file(Pattern.compile(START + "labels[.]csv"));
    Optional<Path> training = nearby.file(Pattern.compile(START + "train[.]csv"));
    Optional<Path> validation = nearby.file(Pattern.compile(START + "(validation|val)[.]csv"));
    if (labels.isEmpty() || training.isEmpty() || validation.isEmpty()) {
      return new Claim.Absent("no something-something-v1-labels.csv, -train.csv, -validation.csv");
    }
    List<String> first =
        ClipList.read(training.get()).lines().stream()
            .limit(VideoPlaces.TRIED)
            .map(line -> entry(line)[0])
            .toList();
    return new Claim.Found(
        new SomethingV1(
            labels.get(),
            training.get(),
            validation.get(),
            VideoPlaces.of(options.path(), nearby, first, training.get())),
        "it has " + Folders.nameOf(labels.get()));
  }

  private static String[] entry(ClipList.Line line) {
    String[] fields = line.text().split(";", 2);
    if (fields.length != 2 || fields[0].isBlank()) {
      throw line.error("'" + line.text() + "' is not 'ID;class'");
    }
    return new String[] {fields[0].strip(), fields[1].strip()};
  }

  @Override
  public Dataset read() throws IOException {
    List<String> names =
        ClipList.read(labels).lines().stream().map(line -> line.text().strip()).sorted().toList();
    Map<String, Integer> numbers = new HashMap<>();
    for (String name : names) {
      if (numbers.put(name, numbers.size()) != null) {
        throw ServiceException.usage("class '" + name + "' is there twice in " + labels);
      }
    }
    return new Dataset(
        names,
        samples(training, numbers),
        List.of(new ValidationVideos(ValidationVideos.OWN, samples(validation, numbers))),
        List.of());
  }

  private List<Sample> samples(Path list, Map<String, Integer> numbers) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (ClipList.Line line : ClipList.read(list).lines()) {
      String[] entry = entry(line);
      Integer label = numbers.get(entry[1]);
      if (label == null) {
        throw line.error("class '" + entry[1] + "' is not in " + labels);
      }
      Path video = VideoPlaces.locate(videos, entry[0]).toAbsolutePath();
      samples.add(Sample.of(entry[0], label, video, Sample.UNKNOWN));
    }
    return samples;
  }
}
