package io.pairstream.trainer.loss;

/// Top-k accuracy from logits.
public final class TopK {
  private TopK() {}

  /// How many rows have their class among the k largest logits. Of equal logits the lower class
  /// comes first.
  ///
  /// @param logits [rows,classes], row-major
  /// @param labels [rows]
  public static int correct(float[] logits, long[] labels, int k) {
    int classes = labels.length == 0 ? 0 : logits.length / labels.length;
    int correct = 0;
    for (int row = 0; row < labels.length; row++) {
      int label = Math.toIntExact(labels[row]);
      float own = logits[row * classes + label];
      int ahead = 0;
      for (int c = 0; c < classes; c++) {
        float other = logits[row * classes + c];
        if (other > own || (other == own && c < label)) {
          ahead++;
        }
      }
      // A row of NaN has nothing ahead of its label, and is still wrong.
      if (ahead < k && !Float.isNaN(own)) {
        correct++;
      }
    }
    return correct;
  }
}
