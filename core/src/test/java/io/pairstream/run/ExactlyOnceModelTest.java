package io.pairstream.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The rules that make training exactly once, over schedules that chance draws: who steps when, who
/// dies when, what a process thought dead still writes.
class ExactlyOnceModelTest {
  private static final int SCHEDULES = 5_000;

  private static StreamModel model(long seed, StreamModel.Fault fault) {
    Random random = new Random(seed);
    int partitions = 1 + random.nextInt(4);
    BatchOrder order = new BatchOrder(1 + random.nextInt(7), 1 + random.nextInt(3), partitions);
    Credit credit = new Credit(1 + random.nextInt(4), partitions);
    return new StreamModel(random, order, credit, 1 + random.nextInt(3), fault);
  }

  @Test
  void everyTrainerSeesEveryBatchOnceInOrderWhateverTheSchedule() {
    for (long seed = 0; seed < SCHEDULES; seed++) {
      StreamModel model = model(seed, StreamModel.Fault.NONE);
      try {
        model.run();
      } catch (AssertionError e) {
        throw new AssertionError("schedule " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /// The model is worth something only if it notices a rule that is broken.
  @ParameterizedTest
  @EnumSource(value = StreamModel.Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aBrokenRuleIsNoticed(StreamModel.Fault fault) {
    assertThatThrownBy(
            () -> {
              for (long seed = 0; seed < SCHEDULES; seed++) {
                model(seed, fault).run();
              }
            })
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void theNextOfAPartitionIsTheLeastOfItsNumbersThatIsNotBelow() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      int partitions = 1 + random.nextInt(16);
      BatchOrder order = new BatchOrder(1 + random.nextInt(50), 1 + random.nextInt(50), partitions);
      long number = random.nextLong(order.total() + 1);
      int partition = random.nextInt(partitions);
      long next = order.nextAtLeast(partition, number);
      assertThat(order.partition(next)).isEqualTo(partition);
      assertThat(next).isBetween(number, number + partitions - 1);
    }
  }

  @Test
  void theCreditOfAPartitionIsUsedUpAfterItsWindow() {
    for (int partitions = 1; partitions < 9; partitions++) {
      for (long window = 1; window < 6; window++) {
        Credit credit = new Credit(window, partitions);
        for (long sent = 0; sent < 2 * window; sent++) {
          long number = 100 + sent * partitions;
          assertThat(credit.maySend(number, 100)).isEqualTo(sent < window);
        }
      }
    }
  }
}
