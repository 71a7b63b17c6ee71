package io.pairstream.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EnsembleTest {
  @Test
  void videosAreScoredAsTheReferenceScoresThem() {
    JsonNode one = Golden.read("vectors/ensemble.json");
    int videos = one.get("videos").asInt();
    int clips = one.get("clips_per_video").asInt();
    int classes = one.get("classes").asInt();
    float[] scores =
        softmax(
            Golden.input(
                one.get("salt").asText(),
                one.get("clip_logits_name").asText(),
                videos * clips * classes,
                4),
            classes);
    float[] sums = Ensemble.sum(scores, clips, classes);
    assertThat(sums).hasSize(videos * classes);
    for (int i = 0; i < sums.length; i++) {
      double want = one.get("video_scores").get(i / classes).get(i % classes).asDouble();
      assertThat((double) sums[i]).isCloseTo(want, within(1e-6));
    }
    long[] labels = Arrays.stream(Golden.ints(one.get("labels"))).asLongStream().toArray();
    assertThat((double) TopK.correct(sums, labels, 1))
        .isEqualTo(one.get("top1_correct").asDouble());
    assertThat((double) TopK.correct(sums, labels, 5))
        .isEqualTo(one.get("top5_correct").asDouble());
  }

  @Test
  void aVideoWithFewerClipsIsRefused() {
    assertThatThrownBy(() -> Ensemble.sum(new float[10], 3, 2))
        .hasMessage("10 scores are not 3 clips of each video with 2 classes");
  }

  private static float[] softmax(float[] logits, int classes) {
    float[] probabilities = new float[logits.length];
    for (int row = 0; row < logits.length; row += classes) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits[row + c]);
      }
      for (int c = 0; c < classes; c++) {
        probabilities[row + c] = (float) (Math.exp(logits[row + c]) / sum);
      }
    }
    return probabilities;
  }
}
