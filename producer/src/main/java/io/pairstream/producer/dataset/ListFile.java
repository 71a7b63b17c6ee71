package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.DatasetFormat.Claim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// List files in any [ListForm]; paths are relative to the list and name videos or folders of
/// frames, and −1 frames is unknown. A line that is there more than once is a clip each time:
/// people repeat lines to show some videos more often.
///
/// As in the reference's reader, a video with fewer than [#FEWEST_FRAMES] listed frames is left
/// out.
record ListFile(
    Path list, Optional<Path> validationList, Optional<Path> classes, double validationShare)
    implements DatasetReader {
  static final DatasetFormat FORMAT =
      new DatasetFormat(
          "list", "a file with lines 'path label' or 'path num_frames label'", ListFile::find);

  static final long FEWEST_FRAMES = 3;

  /// Labels above this are taken for a misplaced number, unless a class list says otherwise.
  private static final int LARGEST_UNNAMED_LABEL = 99_999;

  private static Claim find(DatasetOptions options, Nearby nearby) throws IOException {
    if (!Files.isRegularFile(options.path())) {
      return new Claim.Absent("the path is a folder, not a list file");
    }
    if (Kinetics.isOfficial(options.path())) {
      return new Claim.Absent("the file is an official CSV file of Kinetics");
    }
    return new Claim.Found(
        new ListFile(
            options.path(),
            options.validationList(),
            options.classes(),
            options.validationShare().orElse(0)),
        "the path is a file");
  }

  @Override
  public Dataset read() throws IOException {
    Optional<List<String>> names =
        classes.isPresent() ? Optional.of(readClasses()) : Optional.empty();
    List<Dataset.LeftOut> leftOut = new ArrayList<>();
    int labels = names.map(List::size).orElse(LARGEST_UNNAMED_LABEL + 1);
    List<Sample> training = readClips(ClipList.read(list), labels, leftOut);
    if (training.isEmpty()) {
      throw ServiceException.usage("list " + list + " names no usable video");
    }
    int known =
        names
            .map(List::size)
            .orElseGet(() -> training.stream().mapToInt(Sample::label).max().orElse(-1) + 1);
    List<String> classNames =
        names.orElseGet(() -> IntStream.range(0, known).mapToObj(String::valueOf).toList());
    if (validationList.isPresent()) {
      List<Sample> validation =
          readClips(ClipList.read(validationList.get()), classNames.size(), leftOut);
      requireAnyVideo(validationList.get(), validation);
      requireAnyVideo(list, training);
      return new Dataset(
          classNames,
          training,
          List.of(new ValidationVideos(ValidationVideos.OWN, validation)),
          leftOut);
    }
    requireAnyVideo(list, training);
    HashSplit split = HashSplit.of(training, validationShare);
    return new Dataset(classNames, split.training(), split.validationSets(), leftOut);
  }

  private List<String> readClasses() throws IOException {
    return ClassList.read(classes.orElseThrow());
  }

  /// The clips of a list whose labels must be below `classes`.
  static List<Sample> readClips(ClipList list, int classes, List<Dataset.LeftOut> leftOut)
      throws IOException {
    ListForm.Cut cut = ListForm.of(list);
    Map<String, Seen> seen = new HashMap<>();
    List<Sample> samples = new ArrayList<>();
    for (ClipList.Line line : cut.entries()) {
      ListForm.Entry entry = cut.form().parse(line);
      String path = entry.path();
      long frames = entry.frames();
      long label = entry.label();
      if (frames < Sample.UNKNOWN) {
        throw line.error("number of frames " + frames + " is negative, and only -1 is unknown");
      }
      if (label < 0 || label >= classes) {
        throw line.error(
            "label %d is out of range, the classes are 0 to %d".formatted(label, classes - 1));
      }
      Path video = list.resolve(line, path);
      String clipId = repeated(seen, line, entry);
      if (frames != Sample.UNKNOWN && frames < FEWEST_FRAMES) {
        String cause = "%s lists %d frames, and fewer than %d are left out";
        leftOut.add(
            new Dataset.LeftOut(
                clipId, video, cause.formatted(list.file(), frames, FEWEST_FRAMES)));
      } else {
        samples.add(Sample.of(clipId, (int) label, video, frames));
      }
    }
    return samples;
  }

  /// Where a path was first, and how often it has been there.
  private record Seen(int line, long label, int times) {}

  /// The name of a clip: its path, and from the second time on a number.
  private static String repeated(Map<String, Seen> seen, ClipList.Line line, ListForm.Entry entry) {
    Seen before = seen.get(entry.path());
    if (before == null) {
      seen.put(entry.path(), new Seen(line.number(), entry.label(), 1));
      return entry.path();
    }
    if (before.label() != entry.label()) {
      throw line.error(
          "'%s' has label %d, and in line %d it had %d"
              .formatted(entry.path(), entry.label(), before.line(), before.label()));
    }
    seen.put(entry.path(), new Seen(before.line(), before.label(), before.times() + 1));
    return entry.path() + "#" + (before.times() + 1);
  }

  /// A list of which nothing exists is a wrong list, not a list of bad videos.
  static void requireAnyVideo(Path list, List<Sample> samples) {
    if (!samples.isEmpty() && samples.stream().noneMatch(Sample::exists)) {
      throw ServiceException.usage(
          "none of the %d videos of %s exists, the first would be %s"
              .formatted(samples.size(), list, samples.getFirst().video()));
    }
  }
}
