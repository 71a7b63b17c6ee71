package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.DatasetFormat.Claim;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Kinetics400's official CSV files, `label,youtube_id,time_start,time_end,split`, beside the
/// videos `ID_000012_000022.mp4`, which lie in a folder a part, with a folder a class in it or
/// without. Labels count the classes of the training list in alphabetical order. Many of the videos
/// are gone from their site: a listed one that is not there is passed over.
///
/// @param training the list of the training videos
/// @param validation the list of the validation videos, if there is one
/// @param root where the videos are looked for
record Kinetics(Path training, Optional<Path> validation, Path root) implements DatasetReader {
  static final DatasetFormat FORMAT =
      new DatasetFormat(
          "kinetics400",
          "train.csv and val.csv with the header label,youtube_id,time_start,time_end,split, and the videos below",
          Kinetics::find);

  private static final String START = "(kinetics[-_]?400[-_]|kinetics[-_]|k400[-_])?";
  private static final Pattern TRAINING = Pattern.compile(START + "train[.]csv");
  private static final Pattern VALIDATION =
      Pattern.compile(START + "(val|validate|validation)[.]csv");

  private static Claim find(DatasetOptions options, Nearby nearby) throws IOException {
    Path path = options.path();
    if (Files.isRegularFile(path)) {
      return isOfficial(path)
          ? new Claim.Found(
              new Kinetics(
                  path,
                  options.validationList(),
                  path.toAbsolutePath().resolveSibling("").normalize()),
              "the file has the official header")
          : new Claim.Absent("the file has no header label,youtube_id,…");
    }
    Optional<Path> training = nearby.file(TRAINING).filter(Kinetics::isOfficialFile);
    if (training.isEmpty()) {
      return new Claim.Absent("no train.csv with the header label,youtube_id,…");
    }
    return new Claim.Found(
        new Kinetics(
            training.get(), nearby.file(VALIDATION).filter(Kinetics::isOfficialFile), path),
        "it has " + Folders.nameOf(training.get()) + " with the official header");
  }

  private static boolean isOfficialFile(Path file) {
    try {
      return isOfficial(file);
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether a file begins with the official header.
  static boolean isOfficial(Path file) throws IOException {
    byte[] start;
    try (var bytes = Files.newInputStream(file)) {
      start = bytes.readNBytes(256);
    }
    String text = new String(start, StandardCharsets.UTF_8).replace("\uFEFF", "").replace("\"", "");
    return text.startsWith("label,youtube_id,time_start,time_end");
  }

  @Override
  public Dataset read() throws IOException {
    List<Clip> train = clips(training);
    TreeSet<String> classes = new TreeSet<>();
    train.forEach(clip -> classes.add(clip.label()));
    List<String> names = List.copyOf(classes);
    Map<String, Integer> labels = new HashMap<>();
    names.forEach(name -> labels.put(name, labels.size()));
    Map<String, Path> videos = videos();
    List<Sample> training = samples(train, labels, videos);
    if (training.isEmpty()) {
      throw ServiceException.usage(
          "dataset %s: none of the %d videos of %s is below it, the first would be %s.mp4"
              .formatted(root, train.size(), this.training, train.getFirst().stem()));
    }
    long gone = train.size() - training.size();
    List<ValidationVideos> sets = new ArrayList<>();
    if (validation.isPresent()) {
      List<Clip> tested = clips(validation.get());
      List<Sample> samples = samples(tested, labels, videos);
      gone += tested.size() - samples.size();
      if (!samples.isEmpty()) {
        sets.add(new ValidationVideos(ValidationVideos.OWN, samples));
      }
    }
    return new Dataset(
        names,
        training,
        sets,
        List.of(),
        gone == 0
            ? List.of()
            : List.of(new Dataset.PassedOver("listed videos that are not there", gone)));
  }

  /// A line of a list.
  private record Clip(String label, String id, String stem, ClipList.Line line) {}

  private static List<Clip> clips(Path list) throws IOException {
    List<Clip> clips = new ArrayList<>();
    List<ClipList.Line> lines = ClipList.read(list).lines();
    for (ClipList.Line line : lines.subList(1, lines.size())) {
      List<String> fields = CsvLine.fields(line);
      if (fields.size() < 4) {
        throw line.error("'" + line.text() + "' is not 'label,youtube_id,time_start,time_end,…'");
      }
      long start = line.parseNumber(fields.get(2), "time_start");
      long end = line.parseNumber(fields.get(3), "time_end");
      clips.add(
          new Clip(
              fields.get(0).strip().replace('_', ' '),
              fields.get(1),
              "%s_%06d_%06d".formatted(fields.get(1), start, end),
              line));
    }
    if (clips.isEmpty()) {
      throw ServiceException.usage("list " + list + " names no video");
    }
    return clips;
  }

  private static List<Sample> samples(
      List<Clip> clips, Map<String, Integer> labels, Map<String, Path> videos) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (Clip clip : clips) {
      Integer label = labels.get(clip.label());
      if (label == null) {
        throw clip.line().error("class '" + clip.label() + "' has no video in the training list");
      }
      Path video = videos.getOrDefault(clip.stem(), videos.get(clip.id()));
      if (video != null) {
        samples.add(Sample.of(clip.stem(), label, video.toAbsolutePath(), Sample.UNKNOWN));
      }
    }
    return samples;
  }

  /// All videos below, by their names without extension.
  private Map<String, Path> videos() throws IOException {
    Map<String, Path> videos = new HashMap<>();
    for (Path video : VideoFolder.of(root).videos()) {
      String name = Folders.nameOf(video);
      videos.putIfAbsent(Files.isDirectory(video) ? name : VideoPlaces.stem(name), video);
    }
    return videos;
  }
}
