package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.DatasetFormat.Claim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Something-Something V2: `…labels.json`, `…train.json` and `…validation.json`, and a folder with
/// `ID.webm` (or `ID/` with frames). Labels are the numbers of `labels.json`; the placeholders'
/// brackets, which its templates lack, are taken off the videos'.
///
/// @param files the JSON files
/// @param videos the folder of the videos
record SomethingV2(Lists files, Path videos) implements DatasetReader {
  static final DatasetFormat FORMAT =
      new DatasetFormat(
          "something-v2",
          "labels.json, train.json and validation.json, and the videos' folder",
          SomethingV2::find);

  private static final String START = "(something-something-v2-|sthv2_|ssv2[-_])?";

  /// Where the three lists are.
  record Lists(Path labels, Path training, Path validation) {}

  private static Claim find(DatasetOptions options, Nearby nearby) throws IOException {
    Optional<Path> labels = nearby.file(Pattern.compile(START + "labels[.]json"));
    Optional<Path> training = nearby.file(Pattern.compile(START + "train[.]json"));
    Optional<Path> validation = nearby.file(Pattern.compile(START + "(validation|val)[.]json"));
    if (labels.isEmpty() || training.isEmpty() || validation.isEmpty()) {
      List<String> missing = new ArrayList<>();
      if (labels.isEmpty()) {
        missing.add("labels.json");
      }
      if (training.isEmpty()) {
        missing.add("train.json");
      }
      if (validation.isEmpty()) {
        missing.add("validation.json");
      }
      return new Claim.Absent("no something-something-v2-" + String.join(" and ", missing));
    }
    List<String> first = new ArrayList<>();
    SomethingLabels.videos(
        training.get(),
        (id, _) -> {
          if (first.size() < VideoPlaces.TRIED) {
            first.add(id);
          }
        });
    return new Claim.Found(
        new SomethingV2(
            new Lists(labels.get(), training.get(), validation.get()),
            VideoPlaces.of(options.path(), nearby, first, training.get())),
        "it has " + Folders.nameOf(labels.get()));
  }

  @Override
  public Dataset read() throws IOException {
    Map<String, Integer> labels = SomethingLabels.labels(files.labels());
    String[] names = new String[labels.size()];
    labels.forEach((template, label) -> names[label] = template);
    return new Dataset(
        List.of(names),
        samples(files.training(), labels),
        List.of(new ValidationVideos(ValidationVideos.OWN, samples(files.validation(), labels))),
        List.of());
  }

  private List<Sample> samples(Path file, Map<String, Integer> labels) throws IOException {
    List<Sample> samples = new ArrayList<>();
    SomethingLabels.videos(
        file,
        (id, template) -> {
          Integer label = template == null ? null : labels.get(SomethingLabels.plain(template));
          if (label == null) {
            throw ServiceException.usage(
                "%s: video %s has %s, which is not in %s"
                    .formatted(
                        file,
                        id,
                        template == null ? "no template" : "the template '" + template + "'",
                        files.labels()));
          }
          Path video = VideoPlaces.locate(videos, id + ".webm").toAbsolutePath();
          samples.add(Sample.of(id, label, video, Sample.UNKNOWN));
        });
    return samples;
  }
}
