package io.pairstream.local.demo;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.pairstream.ops.ServiceReport;
import io.pairstream.ops.TrainerReport;
import io.pairstream.watch.picture.Comparison;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// Accuracies (top-1, in [0,1]) of the demo's two models on all test sets, of one seed or the mean
/// of several.
///
/// @param top1 by test set, then by model
public record ColourComparison(Map<String, Map<String, Double>> top1) {
  /// The two trainers of the demo.
  public static final String BASELINE = "baseline";

  public static final String MCA = "mca";
  static final List<String> MODELS = List.of(BASELINE, MCA);

  private static final String TURNED = "hue-";
  private static final String TURNED_MEAN = "hue-mean";

  /// What the trainers' reports say of their last evaluation.
  ///
  /// @param services reports by instance
  /// @param prefix of a trainer's instance, before the model's name
  static ColourComparison of(Map<String, ServiceReport> services, String prefix) {
    Map<String, Map<String, Double>> top1 = new LinkedHashMap<>();
    for (String model : MODELS) {
      if (!(services.get(prefix + model) instanceof TrainerReport trainer)) {
        throw new IllegalStateException(prefix + model + " left no report");
      }
      trainer
          .validation()
          .forEach((set, tested) ->
              top1.computeIfAbsent(set, _ -> new LinkedHashMap<>()).put(model, tested.top1()));
    }
    return new ColourComparison(top1);
  }

  /// The mean over seeds of each number.
  static ColourComparison mean(List<ColourComparison> seeds) {
    Map<String, Map<String, Double>> top1 = new LinkedHashMap<>();
    for (ColourComparison seed : seeds) {
      seed.top1.forEach((set, values) ->
          values.forEach((model, value) ->
              top1.computeIfAbsent(set, _ -> new LinkedHashMap<>())
                  .merge(model, value / seeds.size(), Double::sum)));
    }
    return new ColourComparison(top1);
  }

  /// Accuracy of a model on a test set.
  double of(String set, String model) {
    if (set.equals(TURNED_MEAN)) {
      return turnedSets().stream().mapToDouble(one -> of(one, model)).average().orElse(Double.NaN);
    }
    return top1.getOrDefault(set, Map.of()).getOrDefault(model, Double.NaN);
  }

  private SortedSet<String> turnedSets() {
    SortedSet<String> sets = new TreeSet<>(top1.keySet());
    sets.removeIf(set -> !set.startsWith(TURNED));
    return sets;
  }

  /// The three rows that matter.
  Comparison table() {
    return new Comparison(
        List.of("without MCA", "with MCA"),
        List.of(
            row("same colours", DemoDataset.SAME_COLOURS),
            row("independent colours", DemoDataset.INDEPENDENT_COLOURS),
            row("hue turned (mean)", TURNED_MEAN)));
  }

  private Comparison.Row row(String text, String set) {
    return new Comparison.Row(text, MODELS.stream().map(model -> of(set, model)).toList());
  }

  /// `{"same-colours": {"baseline": …, "mca": …}, …, "hue-mean": {…}}`, by name of the set.
  @JsonValue
  SortedMap<String, Map<String, Double>> json() {
    SortedMap<String, Map<String, Double>> json = new TreeMap<>();
    Stream.concat(top1.keySet().stream(), Stream.of(TURNED_MEAN))
        .forEach(set -> json.put(set, values(model -> of(set, model))));
    return json;
  }

  /// Reads what [#json] made.
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ColourComparison parse(Map<String, Map<String, Double>> json) {
    Map<String, Map<String, Double>> top1 = new LinkedHashMap<>();
    json.forEach((set, read) -> {
      if (!set.equals(TURNED_MEAN)) {
        top1.put(set, values(model -> read.getOrDefault(model, Double.NaN)));
      }
    });
    return new ColourComparison(top1);
  }

  private static Map<String, Double> values(ToDoubleFunction<String> ofModel) {
    Map<String, Double> values = new LinkedHashMap<>();
    MODELS.forEach(model -> values.put(model, ofModel.applyAsDouble(model)));
    return values;
  }
}
