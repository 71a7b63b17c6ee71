package io.pairstream.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.testing.Golden;
import io.pairstream.trainer.model.Scores;
import io.pairstream.trainer.weights.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder = Path.of("");

  private static Results results(Scores kind, int views, float[][] viewScores, Integer... labels) {
    int classes = viewScores[0].length;
    float[] flat = new float[viewScores.length * classes];
    for (int row = 0; row < viewScores.length; row++) {
      System.arraycopy(viewScores[row], 0, flat, row * classes, classes);
    }
    Results results = new Results(classes, views, kind);
    results.add(Collections.nCopies(labels.length, "clip"), List.of(labels), flat);
    return results;
  }

  @Test
  void viewsAreEnsembledAsTheReferenceDoes() {
    JsonNode one = Golden.read("vectors/ensemble.json");
    int videos = one.get("videos").asInt();
    int clips = one.get("clips_per_video").asInt();
    int classes = one.get("classes").asInt();
    String name = one.get("clip_logits_name").asText();
    float[] logits = Golden.input(one.get("salt").asText(), name, videos * clips * classes, 4);
    // The vector is of the 3D code, whose model gives probabilities.
    float[] scores = new float[logits.length];
    for (int row = 0; row < logits.length; row += classes) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits[row + c]);
      }
      for (int c = 0; c < classes; c++) {
        scores[row + c] = (float) (Math.exp(logits[row + c]) / sum);
      }
    }
    Results results = new Results(classes, clips, Scores.PROBABILITIES);
    List<Integer> labels = IntStream.of(Golden.ints(one.get("labels"))).boxed().toList();
    results.add(Collections.nCopies(videos, "clip"), labels, scores);
    for (int video = 0; video < videos; video++) {
      Results.Video found = results.videos().get(video);
      for (int c = 0; c < classes; c++) {
        double want = one.get("video_scores").get(video).get(c).asDouble();
        assertThat((double) found.scores()[c]).isCloseTo(want, within(1e-6));
        assertThat(found.probabilities()[c]).isCloseTo(want / clips, within(1e-6));
      }
    }
    assertThat((double) results.correct(1)).isEqualTo(one.get("top1_correct").asDouble());
    assertThat((double) results.correct(5)).isEqualTo(one.get("top5_correct").asDouble());
  }

  @Test
  void probabilitiesOfLogitsAreTheSoftmaxOfTheirMean() {
    Results results = results(Scores.LOGITS, 2, new float[][] {{3, 0, 0}, {-1, 0, 2}}, 2);
    double sum = Math.exp(1) + Math.exp(0) + Math.exp(1);
    double[] found = results.videos().getFirst().probabilities();
    assertThat(found[0]).isCloseTo(Math.exp(1) / sum, within(1e-12));
    assertThat(found[1]).isCloseTo(1 / sum, within(1e-12));
    // Equal scores: the lower class is predicted.
    assertThat(results.videos().getFirst().predicted()).isZero();
    assertThat(results.videos().getFirst().best(5)).containsExactly(0, 2, 1);
  }

  @Test
  void classesAndConfusionAreCounted() {
    float[][] scores = {{9, 1, 0}, {1, 9, 0}, {9, 1, 0}, {0, 9, 1}};
    Results results = results(Scores.LOGITS, 1, scores, 0, 0, 1, 1);
    assertThat(results.confusion()).isDeepEqualTo(new int[][] {{1, 1, 0}, {1, 1, 0}, {0, 0, 0}});
    Results.OfClass first = results.byClass().getFirst();
    assertThat(first).isEqualTo(new Results.OfClass(0, 2, 1, 2, 2));
    assertThat(first.recall()).isEqualTo(0.5);
    assertThat(first.precision()).isEqualTo(0.5);
    assertThat(results.byClass().getLast().recall()).isNaN();
    // A class without videos has no part in the mean.
    assertThat(results.meanOfClasses()).isEqualTo(0.5);
  }

  @Test
  void calibrationErrorIsTheMeanGapOfTheBins() {
    Calibration calibration =
        Calibration.of(
            2,
            List.of(
                new Calibration.Answer(0.5, true),
                new Calibration.Answer(0.3, false),
                new Calibration.Answer(0.9, true),
                new Calibration.Answer(0.7, false)));
    // 0.5 is the upper end of the first bin and lies in it.
    assertThat(calibration.bins().getFirst().answers()).isEqualTo(2);
    assertThat(calibration.bins().getFirst().accuracy()).isEqualTo(0.5);
    assertThat(calibration.bins().getLast().meanConfidence()).isCloseTo(0.8, within(1e-12));
    assertThat(calibration.error()).isCloseTo((0.1 * 2 + 0.3 * 2) / 4, within(1e-12));
  }

  @Test
  void everyFigureIsNumPys() throws IOException {
    int videos = 500;
    int classes = 7;
    float[] scores = Golden.input("", "results-test", videos * classes, 6);
    List<Integer> labels =
        IntStream.range(0, videos)
            .mapToObj(i -> (int) (Golden.uniform("", "results-test-labels", i) * (classes - 1)))
            .toList();
    Results results = new Results(classes, 1, Scores.LOGITS);
    results.add(Collections.nCopies(videos, "clip"), labels, scores);
    ObjectNode given = JSON.createObjectNode().put("bins", Calibration.BINS);
    ArrayNode rows = given.putArray("scores");
    for (int i = 0; i < videos; i++) {
      ArrayNode row = rows.addArray();
      for (int c = 0; c < classes; c++) {
        row.add(scores[i * classes + c]);
      }
    }
    ArrayNode wanted = given.putArray("labels");
    labels.forEach(wanted::add);
    Path file = folder.resolve("given.json");
    Files.write(file, JSON.writeValueAsBytes(given));
    JsonNode numpy = JSON.readTree(Python.run("evaluation.py", file));
    near(results.calibration(Calibration.BINS).error(), numpy, "error");
    near(results.negativeLogLikelihood(), numpy, "nll");
    near(results.top(1), numpy, "top1");
    near(results.top(5), numpy, "top5");
    near(results.meanOfClasses(), numpy, "mean_of_classes");
    assertThat(results.confusion())
        .isDeepEqualTo(JSON.treeToValue(numpy.get("confusion"), int[][].class));
  }

  private static void near(double found, JsonNode numpy, String key) {
    assertThat(found).as(key).isCloseTo(numpy.get(key).asDouble(), within(1e-9));
  }

  @Test
  void scoresThatAreNoNumbersAreRefused() {
    assertThatThrownBy(() -> results(Scores.LOGITS, 1, new float[][] {{0, Float.NaN}}, 0))
        .hasMessage("the model's scores of clip 'clip' are no numbers");
  }
}
