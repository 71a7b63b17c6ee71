package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.trainer.model.Pass;
import io.pairstream.trainer.model.Scores;
import io.pairstream.trainer.model.VideoNet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// An evaluation of a golden case: the scores of one input and the output of every stage.
///
/// @param label what tells it from the case's other evaluations
/// @param input the name of the input
/// @param shape of the input
/// @param scores what the model should give
/// @param meanLogits the same before the softmax; null where there is none
/// @param stages summaries by stage, one for each of its outputs
record GoldenEvaluation(
    GoldenCase one,
    String label,
    String input,
    JsonNode shape,
    JsonNode scores,
    @org.jspecify.annotations.Nullable JsonNode meanLogits,
    JsonNode stages) {

  /// The evaluations of a case; one that tells training only has none.
  static List<GoldenEvaluation> of(GoldenCase one) {
    List<GoldenEvaluation> evaluations = new ArrayList<>();
    JsonNode plain = one.golden().get("eval_f64");
    if (plain != null) {
      evaluations.add(
          new GoldenEvaluation(
              one,
              "eval",
              one.meta().get("input_names").get(0).asText(),
              one.meta().get("input_shape"),
              plain.get("logits"),
              null,
              plain.get("stages")));
    }
    one.golden()
        .path("eval")
        .properties()
        .forEach(entry -> {
          JsonNode crop = entry.getValue();
          evaluations.add(
              new GoldenEvaluation(
                  one,
                  "eval at " + entry.getKey(),
                  crop.get("input_name").asText(),
                  crop.get("input_shape"),
                  crop.get("probs_f64"),
                  crop.get("mean_logits_f64"),
                  crop.get("stages_f64")));
        });
    return evaluations;
  }

  void addTests(GoldenAspects aspects) {
    Supplier<Result> sharp = aspects.once(label + " in float64", () -> run(DataType.FLOAT64));
    aspects.test(label + " scores", () -> assertScores(sharp.get(), 1e-6));
    aspects.test(label + " stages", () -> assertStages(sharp.get()));
    aspects.test(
        label + " scores in float32",
        () -> assertScores(run(DataType.FLOAT32), GoldenFamily.Tolerances.EVAL_LOGITS));
  }

  /// @param stages summaries of each stage's outputs
  /// @param projections the logits of SlowFast's positions, [rows,positions,classes]
  private record Result(
      double[] scores, Map<String, List<Summary>> stages, double[] projections, Scores kind) {}

  private Result run(DataType type) {
    Map<String, List<Summary>> seen = new LinkedHashMap<>();
    double[][] projections = new double[1][0];
    try (VideoNet net = one.net(type);
        NDManager scope = net.manager().newSubManager()) {
      NDArray clips = one.input(scope, input, shape, type);
      NDArray output =
          net.forward(
              clips,
              Pass.evaluation()
                  .observing((name, array) -> {
                    seen.computeIfAbsent(name, _ -> new ArrayList<>()).add(Summary.of(array));
                    if (name.equals("head.projection")) {
                      projections[0] = array.toType(DataType.FLOAT64, false).toDoubleArray();
                    }
                  }));
      return new Result(
          output.toType(DataType.FLOAT64, false).toDoubleArray(),
          seen,
          projections[0],
          net.scores());
    }
  }

  private void assertScores(Result result, double tolerance) {
    GoldenStep.assertRows(result.scores(), scores, tolerance, "score");
    assertThat(result.kind()).isEqualTo(meanLogits == null ? Scores.LOGITS : Scores.PROBABILITIES);
    if (meanLogits != null) {
      double[] means = meanOverPositions(result.projections());
      GoldenStep.assertRows(means, meanLogits, tolerance, "mean logit");
    }
  }

  private double[] meanOverPositions(double[] projections) {
    int rows = scores.size();
    int classes = scores.get(0).size();
    int positions = projections.length / rows / classes;
    double[] means = new double[rows * classes];
    for (int i = 0; i < projections.length; i++) {
      int row = i / (positions * classes);
      means[row * classes + i % classes] += projections[i] / positions;
    }
    return means;
  }

  private void assertStages(Result result) {
    assertThat(stages.size()).as("stages in the case").isPositive();
    stages
        .properties()
        .forEach(stage -> {
          String name = stage.getKey();
          List<Summary> ours = result.stages().getOrDefault(name, List.of());
          assertThat(ours).as("outputs of %s", name).hasSize(stage.getValue().size());
          for (int i = 0; i < ours.size(); i++) {
            one.family().stage(name, ours.get(i)).assertEqualTo(stage.getValue().get(i), name);
          }
        });
  }
}
