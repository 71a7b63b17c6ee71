package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// List files in any [ListForm]; paths are relative to the list and name videos or folders of
/// frames, and −1 frames is unknown.
///
/// As in the reference's reader, a video with fewer than [#FEWEST_FRAMES] listed frames is left
/// out.
record ListFile(
    Path list, Optional<Path> validationList, Optional<Path> classes, double validationShare)
    implements DatasetReader {
  static final long FEWEST_FRAMES = 3;

  /// Labels above this are taken for a misplaced number, unless a class list says otherwise.
  private static final int LARGEST_UNNAMED_LABEL = 99_999;

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
    List<String> names =
        ClipList.read(classes.orElseThrow()).lines().stream()
            .map(line -> line.text().strip())
            .toList();
    if (names.isEmpty()) {
      throw ServiceException.usage("class list " + classes.orElseThrow() + " is empty");
    }
    return names;
  }

  /// The clips of a list whose labels must be below `classes`.
  static List<Sample> readClips(ClipList list, int classes, List<Dataset.LeftOut> leftOut)
      throws IOException {
    ListForm form = ListForm.of(list);
    List<Sample> samples = new ArrayList<>();
    for (ClipList.Line line : list.lines()) {
      ListForm.Entry entry = form.parse(line);
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
      if (frames != Sample.UNKNOWN && frames < FEWEST_FRAMES) {
        String cause = "%s lists %d frames, and fewer than %d are left out";
        leftOut.add(
            new Dataset.LeftOut(path, video, cause.formatted(list.file(), frames, FEWEST_FRAMES)));
      } else {
        samples.add(Sample.of(path, (int) label, video, frames));
      }
    }
    return samples;
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
