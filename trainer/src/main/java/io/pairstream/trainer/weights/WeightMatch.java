package io.pairstream.trainer.weights;

import io.pairstream.clip.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/// Which tensor of a file becomes which of a model.
///
/// @param origin where in the file the names were
/// @param reading how they became the model's
/// @param sources the file's names by the model's
/// @param reshaped those of the model's names whose tensors have other dimensions of size 1 in the
///   file
/// @param fresh the model's names that keep what the model began with, with the reason
/// @param left the file's names that no tensor of the model takes
public record WeightMatch(
    Origin origin,
    Reading reading,
    SequencedMap<String, String> sources,
    List<String> reshaped,
    SequencedMap<String, String> fresh,
    List<String> left) {
  /// What the references call their classifiers.
  private static final List<String> HEADS = List.of("new_fc.", "head.projection.", "head.");

  private static final String COUNT = "num_batches_tracked";

  /// Where in a file names are.
  ///
  /// @param place the key that they are under; empty: none
  /// @param prefix what was left out in front of all of them
  public record Origin(String place, String prefix) {
    /// At the top, as they are.
    public static final Origin TOP = new Origin("", "");
  }

  public WeightMatch {
    sources = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(sources));
    reshaped = List.copyOf(reshaped);
    fresh = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fresh));
    left = List.copyOf(left);
  }

  /// Finds for each tensor of a model the file's. Every one must be there with as many values, but
  /// for a classifier with another number of classes or without any in the file, and for counts of
  /// batches, which old files lack: these stay as the model began.
  ///
  /// @param file by name
  /// @param origin where in the file they were
  /// @param model names and shapes
  /// @param modelName for sentences
  /// @throws IllegalArgumentException with one sentence if a tensor is missing or has another
  ///   shape, or the file has layers that the model lacks
  public static WeightMatch of(
      Map<String, StoredTensor> file, Origin origin, Map<String, Shape> model, String modelName) {
    Reading best = new Reading(Front.NONE, Naming.REFERENCE);
    long most = -1;
    for (Reading reading : Reading.candidates(file.keySet(), origin.prefix())) {
      long found =
          file.keySet().stream()
              .flatMap(name -> reading.rename(name).filter(model::containsKey).stream())
              .distinct()
              .count();
      if (found > most) {
        best = reading;
        most = found;
      }
    }
    if (most <= 0) {
      throw new IllegalArgumentException(
          "these are no weights of %s: none of the %d tensors (%s) has a name of its"
              .formatted(modelName, file.size(), some(file.keySet())));
    }
    return new Search(best, origin, file, model, modelName).match();
  }

  /// The number of classes of the classifier among these tensors; empty if there is none.
  public static java.util.OptionalLong classes(Map<String, StoredTensor> file, Reading reading) {
    for (Map.Entry<String, StoredTensor> entry : file.entrySet()) {
      String name = reading.rename(entry.getKey()).orElse("");
      if (entry.getValue().shape().rank() >= 2
          && HEADS.stream().anyMatch(head -> name.equals(head + "weight"))) {
        return java.util.OptionalLong.of(entry.getValue().shape().dim(0));
      }
    }
    return java.util.OptionalLong.empty();
  }

  /// What was done, a sentence a line.
  public List<String> report() {
    List<String> lines = new ArrayList<>();
    String front = reading.front().leftOut(origin.prefix());
    lines.add(
        "matched %d tensors%s by %s names%s"
            .formatted(
                sources.size(),
                origin.place().isEmpty() ? "" : " of '" + origin.place() + "'",
                reading.naming().owner(),
                front.isEmpty() ? "" : ", '" + front + "' in front left out"));
    if (!reshaped.isEmpty()) {
      lines.add("reshaped %d: %s".formatted(reshaped.size(), some(reshaped)));
    }
    Map<String, List<String>> reasons =
        fresh.entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    Map.Entry::getValue,
                    LinkedHashMap::new,
                    Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
    reasons.forEach((reason, names) ->
        lines.add("fresh %d: %s (%s)".formatted(names.size(), some(names), reason)));
    if (!left.isEmpty()) {
      lines.add("left in the file %d: %s".formatted(left.size(), some(left)));
    }
    return lines;
  }

  private static String some(java.util.Collection<String> names) {
    String first = names.stream().limit(4).collect(Collectors.joining(", "));
    return names.size() > 4 ? first + ", …" : first;
  }

  /// One matching.
  private static final class Search {
    private final Reading reading;
    private final Origin origin;
    private final Map<String, StoredTensor> file;
    private final Map<String, Shape> model;
    private final String modelName;
    private final Map<String, String> byTarget;
    private final SequencedMap<String, String> sources = new LinkedHashMap<>();
    private final List<String> reshaped = new ArrayList<>();
    private final SequencedMap<String, String> fresh = new LinkedHashMap<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> misfits = new ArrayList<>();

    Search(
        Reading reading,
        Origin origin,
        Map<String, StoredTensor> file,
        Map<String, Shape> model,
        String modelName) {
      this.reading = reading;
      this.origin = origin;
      this.file = file;
      this.model = model;
      this.modelName = modelName;
      this.byTarget = reading.targets(file.keySet());
    }

    WeightMatch match() {
      model.forEach(this::place);
      List<String> left = new ArrayList<>(file.keySet());
      left.removeAll(Set.copyOf(sources.values()));
      List<String> beyond = left.stream().filter(this::isLayerOfSuchModels).toList();
      if (!missing.isEmpty() || !misfits.isEmpty() || !beyond.isEmpty()) {
        throw new IllegalArgumentException(refusal(beyond));
      }
      return new WeightMatch(origin, reading, sources, reshaped, fresh, left);
    }

    private void place(String name, Shape want) {
      String source = byTarget.get(name);
      StoredTensor tensor = source == null ? null : file.get(source);
      boolean head = HEADS.stream().anyMatch(name::startsWith);
      if (source == null || tensor == null) {
        if (head) {
          fresh.put(name, "the file has no such classifier");
        } else if (name.endsWith(COUNT)) {
          fresh.put(name, "the file has no such count");
        } else {
          missing.add(name);
        }
      } else if (tensor.shape().equals(want)) {
        sources.put(name, source);
      } else if (head && tensor.shape().rank() > 0 && tensor.shape().dim(0) != want.dim(0)) {
        fresh.put(
            name,
            "the file has %d classes, the model %d".formatted(tensor.shape().dim(0), want.dim(0)));
      } else if (withoutOnes(tensor.shape()).equals(withoutOnes(want))) {
        sources.put(name, source);
        reshaped.add(name);
      } else {
        misfits.add("%s is %s in the file, %s in the model".formatted(name, tensor.shape(), want));
      }
    }

    private static List<Long> withoutOnes(Shape shape) {
      return shape.dims().stream().filter(dim -> dim != 1).toList();
    }

    /// Whether a tensor that the model does not take would change what it computes: a further block
    /// of a stage that the model has too, or an unknown layer among Caffe2's.
    private boolean isLayerOfSuchModels(String name) {
      if (reading.naming() == Naming.CAFFE2 && reading.rename(name).isEmpty()) {
        return name.endsWith("_w") || name.endsWith("_bn_s");
      }
      Set<String> stages = new LinkedHashSet<>();
      model.keySet().forEach(known -> stages.add(stage(known)));
      String target = reading.rename(name).orElse("");
      return !target.isEmpty()
          && HEADS.stream().noneMatch(target::startsWith)
          && stages.contains(stage(target));
    }

    /// `base_model.layer3` of `base_model.layer3.5.conv1.weight`; `s4` of `s4.pathway0_res1.…`;
    /// `blocks3` of `blocks3.7.…`.
    private static String stage(String name) {
      String[] parts = name.split("\\.", -1);
      return parts[0].equals("base_model") && parts.length > 1
          ? parts[0] + "." + parts[1]
          : parts[0];
    }

    private String refusal(List<String> beyond) {
      List<String> parts = new ArrayList<>();
      if (!missing.isEmpty()) {
        parts.add("%d missing (%s)".formatted(missing.size(), some(missing)));
      }
      if (!misfits.isEmpty()) {
        parts.add(
            "%d of another shape (%s%s)"
                .formatted(misfits.size(), misfits.getFirst(), misfits.size() > 1 ? ", …" : ""));
      }
      if (!beyond.isEmpty()) {
        parts.add("%d for layers that the model lacks (%s)".formatted(beyond.size(), some(beyond)));
      }
      return "the weights do not fit %s: %s".formatted(modelName, String.join(", ", parts));
    }
  }
}
