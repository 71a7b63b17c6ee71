package io.pairstream.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TopKTest {
  @Test
  void countsAreTheReferences() {
    JsonNode cases = Golden.read("vectors/topk.json");
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      int[] shape = Golden.ints(one.get("shape"));
      float[] logits =
          Golden.input(one.get("salt").asText(), one.get("name").asText(), shape[0] * shape[1], 4);
      long[] labels = Arrays.stream(Golden.ints(one.get("targets"))).asLongStream().toArray();
      assertThat(100.0 * TopK.correct(logits, labels, 1) / labels.length)
          .isEqualTo(one.get("top1_percent").asDouble());
      assertThat(100.0 * TopK.correct(logits, labels, 5) / labels.length)
          .isEqualTo(one.get("top5_percent").asDouble());
    }
  }

  @Test
  void tiesGoToTheLowerClass() {
    float[] equal = {1, 1, 1};
    assertThat(TopK.correct(equal, new long[] {0}, 1)).isEqualTo(1);
    assertThat(TopK.correct(equal, new long[] {2}, 2)).isZero();
    assertThat(TopK.correct(equal, new long[] {2}, 5)).isEqualTo(1);
  }

  @Test
  void logitsThatAreNoNumbersAreWrong() {
    assertThat(TopK.correct(new float[] {Float.NaN, Float.NaN}, new long[] {0}, 1)).isZero();
  }
}
