package io.pairstream.trainer.evaluation;

import java.util.ArrayList;
import java.util.List;

/// Whether a model is as often right as it says (Guo et al., On Calibration of Modern Neural
/// Networks, ICML 2017, section 2): answers in equally wide bins of confidence, bin b of B being
/// ((b−1)/B, b/B].
public record Calibration(List<Bin> bins) {

  /// The usual number of bins.
  public static final int BINS = 15;

  /// @param confidence probability of the predicted class, 0 to 1
  /// @param right whether it is the true one
  public record Answer(double confidence, boolean right) {}

  /// The answers of a range of confidence.
  ///
  /// @param from lower end, left out
  /// @param to upper end
  /// @param answers how many
  /// @param confidence summed over them
  /// @param right how many are right
  public record Bin(double from, double to, int answers, double confidence, int right) {
    /// The mean confidence, NaN without answers.
    public double meanConfidence() {
      return confidence / answers;
    }

    /// The share that is right, NaN without answers.
    public double accuracy() {
      return (double) right / answers;
    }

    private double gap() {
      return Math.abs(confidence - right);
    }
  }

  public Calibration {
    bins = List.copyOf(bins);
  }

  static Calibration of(int bins, List<Answer> answers) {
    int[] count = new int[bins];
    int[] right = new int[bins];
    double[] confidence = new double[bins];
    for (Answer answer : answers) {
      int bin = Math.clamp((int) Math.ceil(answer.confidence() * bins) - 1, 0, bins - 1);
      count[bin]++;
      right[bin] += answer.right() ? 1 : 0;
      confidence[bin] += answer.confidence();
    }
    List<Bin> made = new ArrayList<>();
    for (int b = 0; b < bins; b++) {
      made.add(
          new Bin(b / (double) bins, (b + 1) / (double) bins, count[b], confidence[b], right[b]));
    }
    return new Calibration(made);
  }

  /// The expected calibration error: the mean over answers of the distance between accuracy and
  /// mean confidence of their bin, 0 to 1.
  public double error() {
    int answers = bins.stream().mapToInt(Bin::answers).sum();
    return bins.stream().mapToDouble(Bin::gap).sum() / answers;
  }
}
