package io.pairstream.producer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentOffsetsTest {
  @Test
  void nothingIsKnownBeforeAnythingWasSent() {
    assertThat(new SentOffsets().noneBefore(16)).isZero();
  }

  @Test
  void whatLiesBelowANumberEndsWhereThatNumberLies() {
    SentOffsets sent = new SentOffsets();
    for (int i = 0; i < 5; i++) {
      // A copy of an older batch lies between the third and the fourth.
      sent.add(2 + 8 * i, i < 3 ? i : i + 1);
    }
    assertThat(sent.noneBefore(2)).isZero();
    assertThat(sent.noneBefore(18)).isEqualTo(2);
    assertThat(sent.noneBefore(26)).isEqualTo(4);
    assertThat(sent.noneBefore(26)).isEqualTo(4);
  }

  @Test
  void theLastOneSentStaysWhenEverythingIsDone() {
    SentOffsets sent = new SentOffsets();
    sent.add(0, 100);
    sent.add(8, 101);
    assertThat(sent.noneBefore(16)).isEqualTo(101);
    sent.add(16, 102);
    assertThat(sent.noneBefore(16)).isEqualTo(102);
  }

  @Test
  void batchesOfAnEarlierProcessStayUntilTrainingIsPastThem() {
    SentOffsets sent = new SentOffsets();
    sent.add(48, 6);
    assertThat(sent.noneBefore(16)).as("16 to 40 lie somewhere before").isZero();
    assertThat(sent.noneBefore(48)).isEqualTo(6);
  }
}
