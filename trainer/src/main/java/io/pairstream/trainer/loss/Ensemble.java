package io.pairstream.trainer.loss;

/// Scores of videos from those of their clips.
public final class Ensemble {
  private Ensemble() {}

  /// Sums the scores of each video's clips, as the references do: logits or probabilities, whatever
  /// the model gives.
  ///
  /// @param clipScores [videos·clipsPerVideo,classes], row-major, the clips of a video together
  /// @return [videos,classes]
  /// @throws IllegalArgumentException if the last video has fewer clips
  public static float[] sum(float[] clipScores, int clipsPerVideo, int classes) {
    int video = Math.multiplyExact(clipsPerVideo, classes);
    if (video <= 0 || clipScores.length % video != 0) {
      throw new IllegalArgumentException(
          clipScores.length
              + " scores are not "
              + clipsPerVideo
              + " clips of each video with "
              + classes
              + " classes");
    }
    float[] sums = new float[clipScores.length / clipsPerVideo];
    for (int i = 0; i < clipScores.length; i++) {
      sums[i / video * classes + i % classes] += clipScores[i];
    }
    return sums;
  }
}
