package io.pairstream.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.PairRecipe;
import io.pairstream.wire.Batches;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SwapMixTest {
  private static final int BATCHES = 20_000;

  @Test
  void eachOfTheFiveOrdersThatChangeSomethingIsEquallyLikely() {
    Map<List<Integer>, Integer> counts = new HashMap<>();
    for (PairRecipe.SwapMix recipe : recipes(1)) {
      counts.merge(recipe.channelOrder(), 1, Integer::sum);
    }
    assertThat(counts).hasSize(5).doesNotContainKey(List.of(0, 1, 2));
    double expected = BATCHES / 5.0;
    double chiSquare =
        counts.values().stream().mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    // The 0.999 quantile of χ² with 4 degrees of freedom.
    assertThat(chiSquare).isLessThan(18.47);
  }

  /// Beta(β,β) has mean 1/2, variance 1/(4(2β+1)) and fourth central moment 3/(16(2β+1)(2β+3)).
  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0.2, 1, 5})
  void lambdaHasTheMomentsOfABetaDistribution(double beta) {
    List<Double> lambdas = new ArrayList<>();
    for (PairRecipe.SwapMix recipe : recipes(beta)) {
      recipe.mixWeight().forEach(weight -> lambdas.add((double) weight));
    }
    double variance = 1 / (4 * (2 * beta + 1));
    double fourth = 3 / (16 * (2 * beta + 1) * (2 * beta + 3));
    double standardError = Math.sqrt(variance / lambdas.size());
    assertThat(moment(lambdas, 1, 0)).isCloseTo(0.5, within(4 * standardError));
    assertThat(moment(lambdas, 2, 0.5)).isCloseTo(variance, within(0.02 * variance));
    assertThat(moment(lambdas, 4, 0.5)).isCloseTo(fourth, within(0.04 * fourth));
  }

  /// The limit of Beta(β,β) for β → 0 is a fair coin.
  @ParameterizedTest
  @ValueSource(doubles = {1e-300, Double.MIN_VALUE})
  void howeverSmallBetaIsLambdaIsANumber(double beta) {
    List<Float> lambdas = new ArrayList<>();
    recipes(beta).forEach(recipe -> lambdas.addAll(recipe.mixWeight()));
    assertThat(lambdas).containsOnly(0f, 1f);
    double ones = lambdas.stream().mapToDouble(Float::doubleValue).sum();
    assertThat(ones / lambdas.size()).isCloseTo(0.5, within(0.02));
  }

  @Test
  void clipsOfABatchDrawTheirOwnLambdaAndShareTheOrder() {
    PairRecipe.SwapMix recipe = recipe(1, new BatchId(0, 0), 7);
    assertThat(recipe.mixWeight()).hasSize(2).doesNotHaveDuplicates();
    assertThat(recipe.augmentation()).isEqualTo("swapmix(beta=1)");
  }

  @Test
  void theDrawsOfABatchAreAFunctionOfSeedAndNumber() {
    assertThat(recipe(1, new BatchId(2, 3), 7)).isEqualTo(recipe(1, new BatchId(2, 3), 7));
    assertThat(recipe(1, new BatchId(2, 3), 7)).isNotEqualTo(recipe(1, new BatchId(2, 3), 8));
    assertThat(recipe(1, new BatchId(2, 3), 7)).isNotEqualTo(recipe(1, new BatchId(2, 4), 7));
    assertThat(recipe(1, new BatchId(2, 3), 7)).isNotEqualTo(recipe(1, new BatchId(3, 3), 7));
  }

  @Test
  void theDrawsArePinnedSoThatNoReleaseChangesThemUnseen() {
    assertThat(recipe(1, new BatchId(0, 0), 0))
        .isEqualTo(
            new PairRecipe.SwapMix(
                "swapmix(beta=1)", List.of(0.06516928f, 0.36193255f), List.of(1, 2, 0)));
  }

  @Test
  void betaIsAboveZero() {
    assertThatThrownBy(() -> new SwapMix(0)).hasMessageContaining("not above 0");
  }

  private static List<PairRecipe.SwapMix> recipes(double beta) {
    List<PairRecipe.SwapMix> recipes = new ArrayList<>();
    for (int batch = 0; batch < BATCHES; batch++) {
      recipes.add(recipe(beta, new BatchId(0, batch), 0));
    }
    return recipes;
  }

  private static final ClipBatch TWO_CLIPS = Batches.clips(new BatchId(0, 0));

  private static PairRecipe.SwapMix recipe(double beta, BatchId id, long seed) {
    AugmentedPixels result = new AugmentedPixels(TWO_CLIPS);
    PairRecipe recipe = new SwapMix(beta).augment(TWO_CLIPS, new BatchDraws(seed, id), result);
    assertThat(result.written()).isEmpty();
    return (PairRecipe.SwapMix) recipe;
  }

  private static double moment(List<Double> values, int power, double about) {
    return values.stream().mapToDouble(v -> Math.pow(v - about, power)).average().orElseThrow();
  }
}
