package io.pairstream.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MirroredClassesTest {
  private static List<String> couples(String... names) {
    return MirroredClasses.of(List.of(names)).stream().map(Object::toString).toList();
  }

  @Test
  void classesThatDifferByLeftAndRightAreACouple() {
    assertThat(
            couples(
                "Pushing something from left to right",
                "Pushing something from right to left",
                "Opening something"))
        .containsExactly(
            "'Pushing something from left to right' and 'Pushing something from right to left'");
  }

  @Test
  void soAreThoseThatTurnEitherWay() {
    assertThat(couples("Clockwise", "counterclockwise", "up"))
        .containsExactly("'Clockwise' and 'counterclockwise'");
    assertThat(couples("turn_anticlockwise", "turn_clockwise"))
        .containsExactly("'turn_anticlockwise' and 'turn_clockwise'");
    assertThat(couples("turn-clockwise", "turn-counter-clockwise")).hasSize(1);
  }

  @Test
  void aWordOfDirectionWithoutItsOppositeIsNone() {
    assertThat(couples("left", "up", "down", "bright", "copyright", "leftover")).isEmpty();
    assertThat(couples("brushing left", "combing right")).isEmpty();
  }
}
