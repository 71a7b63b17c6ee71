package io.pairstream.producer.dataset;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.ops.DatasetCounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What was recognised in a dataset, for people and for programs.
///
/// @param path as it was given
/// @param format a name of [DatasetFormats#names()]
/// @param evidence what says so
/// @param classes how many there are
/// @param clips by part: `training`, then the validation sets
/// @param missing how many of the clips have no video
/// @param leftOut how many videos are named and not used
/// @param passedOver what is no clip, by kind
/// @param unused classes without a training clip
public record DatasetSummary(
    Path path,
    String format,
    String evidence,
    int classes,
    Map<String, Integer> clips,
    long missing,
    int leftOut,
    List<Dataset.PassedOver> passedOver,
    List<String> unused) {
  private static final int SHOWN = 5;

  public DatasetSummary {
    clips = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(clips));
    passedOver = List.copyOf(passedOver);
    unused = List.copyOf(unused);
  }

  /// Sums up a dataset.
  public static DatasetSummary of(
      Path path, DatasetFormats.Recognised recognised, Dataset dataset) {
    Map<String, Integer> clips = new LinkedHashMap<>();
    clips.put("training", dataset.training().size());
    long missing = missing(dataset.training());
    for (ValidationVideos set : dataset.validationSets()) {
      clips.put(set.name(), set.samples().size());
      missing += missing(set.samples());
    }
    BitSet trained = new BitSet();
    dataset.training().forEach(sample -> trained.set(sample.label()));
    List<String> unused = new ArrayList<>();
    for (int label = 0; label < dataset.classNames().size(); label++) {
      if (!trained.get(label)) {
        unused.add(dataset.classNames().get(label));
      }
    }
    return new DatasetSummary(
        path,
        recognised.format(),
        recognised.evidence(),
        dataset.classNames().size(),
        clips,
        missing,
        dataset.leftOut().size(),
        dataset.passedOver(),
        unused);
  }

  private static long missing(List<Sample> samples) {
    return samples.stream().filter(sample -> !sample.exists()).count();
  }

  /// The clips, each counted once.
  ///
  /// @param rejected clips that could not be used, by cause
  public DatasetCounts counts(Map<String, Long> rejected) {
    long named = leftOut;
    for (int part : clips.values()) {
      named += part;
    }
    Map<String, Long> passed = new LinkedHashMap<>();
    passedOver.forEach(kind -> passed.put(kind.kind(), kind.count()));
    return DatasetCounts.of(format, named, rejected, passed);
  }

  /// In sentences: what it is, and then each thing that somebody may not have expected.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "dataset %s: %s (%s), %d classes, clips: %s"
            .formatted(
                path,
                format,
                evidence,
                classes,
                clips.entrySet().stream()
                    .map(part -> part.getKey() + " " + part.getValue())
                    .collect(Collectors.joining(", "))));
    if (!passedOver.isEmpty()) {
      lines.add(
          "passed over: "
              + passedOver.stream()
                  .map(kind -> kind.count() + " " + kind.kind())
                  .collect(Collectors.joining(", ")));
    }
    if (missing > 0) {
      lines.add(missing + " of the clips have no video there: each will be rejected");
    }
    if (leftOut > 0) {
      lines.add(leftOut + " videos of the lists have too few frames and are left out");
    }
    if (!unused.isEmpty()) {
      lines.add(
          "%d classes have no training clip, which leaves gaps in the labels: %s%s"
              .formatted(
                  unused.size(),
                  unused.stream().limit(SHOWN).collect(Collectors.joining(", ")),
                  unused.size() > SHOWN ? ", …" : ""));
    }
    return lines;
  }

  /// As one JSON object.
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("path", path.toString());
    json.put("format", format);
    json.put("evidence", evidence);
    json.put("classes", classes);
    ObjectNode parts = json.putObject("clips");
    clips.forEach(parts::put);
    json.put("missing", missing);
    json.put("leftOut", leftOut);
    ObjectNode passed = json.putObject("passedOver");
    passedOver.forEach(kind -> passed.put(kind.kind(), kind.count()));
    ArrayNode without = json.putArray("classesWithoutTraining");
    unused.forEach(without::add);
    return json;
  }
}
