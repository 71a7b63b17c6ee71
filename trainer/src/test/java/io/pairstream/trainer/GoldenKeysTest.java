package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class GoldenKeysTest {
  private static final String STEP = "{'targets': [1], 'lam': [0.5], 'perm': [2, 1, 0]%s}";
  private static final String CASE =
      "{'meta': {'model': 'TSM', 'steps': [%s]%s}, 'train_f64': {'steps': [{'ce': 1%s}], "
          + "'param_groups': [{'lr': 1}]}%s}";

  @Test
  void knownKeysAreFine() {
    assertThatCode(() -> check("", "", "", "")).doesNotThrowAnyException();
  }

  @Test
  void anUnknownKeyFailsWhereverItIs() {
    String unknown = ", 'news': 1";
    assertThatThrownBy(() -> check(unknown, "", "", "")).hasMessageContaining("news");
    assertThatThrownBy(() -> check("", unknown, "", "")).hasMessageContaining("news");
    assertThatThrownBy(() -> check("", "", unknown, "")).hasMessageContaining("news");
    assertThatThrownBy(() -> check("", "", "", unknown)).hasMessageContaining("news");
  }

  private static void check(String inSpec, String inMeta, String inStep, String inCase)
      throws JsonProcessingException {
    String text = CASE.formatted(STEP.formatted(inSpec), inMeta, inStep, inCase);
    GoldenKeys.assertKnown(new ObjectMapper().readTree(text.replace('\'', '"')));
  }
}
