package io.pairstream.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CounterRandomTest {
  private static CounterRandom random(long seed, long clip, String purpose) {
    return CounterRandom.of(seed, new BatchId(3, 7), clip, purpose);
  }

  @Test
  void theSameKeyDrawsTheSameNumbersAndAnyOtherKeyOthers() {
    assertThat(random(1, 2, "a").nextLong()).isEqualTo(random(1, 2, "a").nextLong());
    Set<Long> firsts = new HashSet<>();
    for (long seed = 0; seed < 4; seed++) {
      for (long epoch = 0; epoch < 4; epoch++) {
        for (long batch = 0; batch < 4; batch++) {
          for (long clip = -1; clip < 4; clip++) {
            for (String purpose : new String[] {"crop", "sampling"}) {
              CounterRandom draws =
                  CounterRandom.of(seed, new BatchId(epoch, batch), clip, purpose);
              firsts.add(draws.nextLong());
            }
          }
        }
      }
    }
    assertThat(firsts).hasSize(4 * 4 * 4 * 5 * 2);
  }

  @Test
  void theStreamIsPinnedSoThatNoReleaseChangesItUnseen() {
    CounterRandom draws = random(0, 0, "pinned");
    long[] first = {draws.nextLong(), draws.nextLong()};
    // SplitMix64 of the folded key, computed once by an independent program.
    assertThat(first).containsExactly(PINNED);
  }

  @Test
  void aPlaceAndAPurposeAreOnePurpose() {
    for (String purpose : new String[] {"", "mix-weight", "1/base/crop", "première/λ", "λ"}) {
      for (int cut = 0; cut <= purpose.length(); cut++) {
        CounterRandom parts =
            CounterRandom.of(
                8, new BatchId(3, 7), 5, purpose.substring(0, cut), purpose.substring(cut));
        assertThat(parts.nextLong()).isEqualTo(random(8, 5, purpose).nextLong());
      }
    }
  }

  private static final long[] PINNED = {4425453626691523873L, 6008008466819839144L};

  @Test
  void boundedIntegersAreUniform() {
    int[] counts = new int[6];
    CounterRandom draws = random(5, 0, "ints");
    for (int i = 0; i < 60_000; i++) {
      counts[draws.nextInt(6)]++;
    }
    assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(9_500);
    assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(10_500);
    assertThatThrownBy(() -> draws.nextInt(0)).hasMessageContaining("bound 0");
  }

  @ParameterizedTest
  @CsvSource({"1,1", "0.2,0.2", "5,5", "0.8,0.8", "2,5", "0.001,0.001"})
  void betaHasTheMomentsOfItsFormula(double a, double b) {
    CounterRandom draws = random(9, 1, "beta");
    int n = 100_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double x = draws.nextBeta(a, b);
      assertThat(x).isBetween(0.0, 1.0);
      sum += x;
      squares += x * x;
    }
    double mean = sum / n;
    double variance = squares / n - mean * mean;
    assertThat(mean).isCloseTo(a / (a + b), within(0.006));
    assertThat(variance).isCloseTo(a * b / ((a + b) * (a + b) * (a + b + 1)), within(0.004));
  }

  @Test
  void gaussiansHaveMeanZeroAndVarianceOne() {
    CounterRandom draws = random(2, 0, "gauss");
    int n = 100_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double x = draws.nextGaussian();
      sum += x;
      squares += x * x;
    }
    assertThat(sum / n).isCloseTo(0, within(0.01));
    assertThat(squares / n).isCloseTo(1, within(0.02));
  }

  @Test
  void permutationsAreAllEquallyLikely() {
    Map<String, Integer> counts = new HashMap<>();
    CounterRandom draws = random(4, 0, "order");
    for (int i = 0; i < 24_000; i++) {
      counts.merge(Arrays.toString(draws.permutation(4)), 1, Integer::sum);
    }
    assertThat(counts).hasSize(24);
    assertThat(counts.values()).allMatch(count -> count > 850 && count < 1150);
  }
}
