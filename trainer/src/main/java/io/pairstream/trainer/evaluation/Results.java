package io.pairstream.trainer.evaluation;

import io.pairstream.trainer.loss.Ensemble;
import io.pairstream.trainer.loss.TopK;
import io.pairstream.trainer.model.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What a model says of each video of a test, over all views of the video.
///
/// A video's score is the sum of its views' scores, as the references add them: logits of models
/// that give logits, probabilities of SlowFast. Its probabilities are the softmax of the views'
/// mean logits or the mean of the views' probabilities.
public final class Results {
  private final int classes;
  private final int viewsPerVideo;
  private final Scores kind;
  private final List<Video> videos = new ArrayList<>();

  /// One video.
  ///
  /// @param clipId its id
  /// @param label its class
  /// @param scores [classes], summed over views
  /// @param probabilities [classes]
  @SuppressWarnings("ArrayRecordComponent") // never compared; thousands of them
  public record Video(String clipId, int label, float[] scores, double[] probabilities) {
    /// The class with the largest score; of equal ones the lower.
    public int predicted() {
      return best(1).getFirst();
    }

    /// The probability of the predicted class.
    public double confidence() {
      return probabilities[predicted()];
    }

    /// The classes with the largest scores, the largest first; of equal ones the lower first.
    public List<Integer> best(int k) {
      return IntStream.range(0, scores.length)
          .boxed()
          .sorted((a, b) -> Float.compare(scores[b], scores[a]))
          .limit(k)
          .toList();
    }

    boolean right() {
      return predicted() == label;
    }
  }

  public Results(int classes, int viewsPerVideo, Scores kind) {
    this.classes = classes;
    this.viewsPerVideo = viewsPerVideo;
    this.kind = kind;
  }

  /// Adds videos.
  ///
  /// @param clipIds of the videos
  /// @param labels of the videos
  /// @param viewScores [videos·viewsPerVideo,classes], row-major
  /// @throws IllegalArgumentException if a score is no number
  public void add(List<String> clipIds, List<Integer> labels, float[] viewScores) {
    float[] sums = Ensemble.sum(viewScores, viewsPerVideo, classes);
    for (int i = 0; i < clipIds.size(); i++) {
      float[] own = java.util.Arrays.copyOfRange(sums, i * classes, (i + 1) * classes);
      for (float score : own) {
        if (!Float.isFinite(score)) {
          throw new IllegalArgumentException(
              "the model's scores of clip '%s' are no numbers".formatted(clipIds.get(i)));
        }
      }
      videos.add(new Video(clipIds.get(i), labels.get(i), own, probabilities(own)));
    }
  }

  private double[] probabilities(float[] sums) {
    double[] means = new double[classes];
    for (int c = 0; c < classes; c++) {
      means[c] = (double) sums[c] / viewsPerVideo;
    }
    return switch (kind) {
      case PROBABILITIES -> means;
      case LOGITS -> softmax(means);
    };
  }

  private static double[] softmax(double[] logits) {
    double largest = java.util.Arrays.stream(logits).max().orElse(0);
    double[] exps = java.util.Arrays.stream(logits).map(x -> Math.exp(x - largest)).toArray();
    double sum = java.util.Arrays.stream(exps).sum();
    return java.util.Arrays.stream(exps).map(x -> x / sum).toArray();
  }

  public List<Video> videos() {
    return List.copyOf(videos);
  }

  /// How many videos have their class among the k largest scores.
  public int correct(int k) {
    return videos.stream()
        .mapToInt(video -> TopK.correct(video.scores(), new long[] {video.label()}, k))
        .sum();
  }

  /// The share of the videos that [#correct] counts, 0 to 1.
  public double top(int k) {
    return (double) correct(k) / videos.size();
  }

  /// The mean over videos of −ln of the probability of their class, which counts as no less than
  /// the smallest normal double.
  public double negativeLogLikelihood() {
    return videos.stream()
        .mapToDouble(
            video -> -Math.log(Math.max(video.probabilities()[video.label()], Double.MIN_NORMAL)))
        .average()
        .orElse(Double.NaN);
  }

  /// How often videos of each class (row) are predicted to be of each class (column).
  public int[][] confusion() {
    int[][] counts = new int[classes][classes];
    videos.forEach(video -> counts[video.label()][video.predicted()]++);
    return counts;
  }

  /// How a class fares.
  ///
  /// @param label which class
  /// @param videos of it
  /// @param top1 how many of them are predicted to be of it
  /// @param top5 how many of them have it among the first five
  /// @param predicted how many videos of any class are predicted to be of it
  public record OfClass(int label, int videos, int top1, int top5, int predicted) {
    /// The share of its videos that are found, NaN if it has none.
    public double recall() {
      return (double) top1 / videos;
    }

    /// The share of the predictions of it that are right, NaN if there are none.
    public double precision() {
      return (double) top1 / predicted;
    }
  }

  /// Every class by label.
  public List<OfClass> byClass() {
    int[] all = new int[classes];
    int[] top1 = new int[classes];
    int[] top5 = new int[classes];
    int[] predicted = new int[classes];
    for (Video video : videos) {
      all[video.label()]++;
      predicted[video.predicted()]++;
      top1[video.label()] += video.right() ? 1 : 0;
      top5[video.label()] += video.best(5).contains(video.label()) ? 1 : 0;
    }
    return IntStream.range(0, classes)
        .mapToObj(c -> new OfClass(c, all[c], top1[c], top5[c], predicted[c]))
        .toList();
  }

  /// The mean over the classes that have videos of the share of theirs that is found.
  public double meanOfClasses() {
    return byClass().stream()
        .filter(one -> one.videos() > 0)
        .mapToDouble(OfClass::recall)
        .average()
        .orElse(Double.NaN);
  }

  public Calibration calibration(int bins) {
    return Calibration.of(
        bins,
        videos.stream()
            .map(video -> new Calibration.Answer(video.confidence(), video.right()))
            .toList());
  }
}
