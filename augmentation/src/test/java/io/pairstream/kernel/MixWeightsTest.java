package io.pairstream.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairRecipe;
import io.pairstream.testing.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixWeightsTest {
  private static final Normalization STATISTICS = Normalization.IMAGENET;

  /// The reference mixes normalised floats. Turned back into (fractional) pixels they go through
  /// the folded expression, and what comes out must be the reference's result.
  @ParameterizedTest
  @CsvSource({"vectors/swapmix_2d.json, U8", "vectors/swapmix_2d.json, F16"})
  void foldedWeightsMixAsTheReferenceDoesIn2d(String file, DType output) {
    JsonNode cases = Golden.read(file).get("cases");
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      int[] shape = Golden.ints(one.get("shape"));
      // N,(T·3),H,W: the channels of a frame lie H·W apart.
      check(one, output, shape[2] * shape[3], shape[1] / 3);
    }
  }

  @ParameterizedTest
  @CsvSource({"vectors/swapmix_3d.json, U8", "vectors/swapmix_3d.json, F16"})
  void foldedWeightsMixAsTheReferenceDoesIn3d(String file, DType output) {
    JsonNode cases = Golden.read(file).get("cases");
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      int[] shape = Golden.ints(one.get("shape"));
      // N,3,T,H,W: the channels of a clip lie T·H·W apart.
      check(one, output, shape[2] * shape[3] * shape[4], 1);
    }
  }

  /// @param plane elements of a channel
  /// @param groups of three planes in a clip
  private static void check(JsonNode one, DType output, int plane, int groups) {
    double[] input = Golden.doubles(one.get("input"));
    double[] expected = Golden.doubles(one.get("mixed_f64"));
    MixWeights weights = MixWeights.fold(recipe(one), STATISTICS, output);
    for (int i = 0; i < expected.length; i++) {
      int channel = i / plane % 3;
      int clip = i / (3 * plane * groups);
      int partner = i + (weights.partner(channel) - channel) * plane;
      double y =
          weights.w0(clip, channel) * pixel(input[i], channel)
              + weights.w1(clip, channel) * pixel(input[partner], weights.partner(channel))
              + weights.w2(clip, channel);
      double mixed =
          output == DType.F16
              ? y
              : (y / 255 - STATISTICS.mean().get(channel)) / STATISTICS.std().get(channel);
      assertThat(mixed).isCloseTo(expected[i], within(2e-6));
    }
  }

  private static double pixel(double normalised, int channel) {
    return 255 * (normalised * STATISTICS.std().get(channel) + STATISTICS.mean().get(channel));
  }

  private static PairRecipe.SwapMix recipe(JsonNode one) {
    List<Float> weights = new ArrayList<>();
    for (double lambda : Golden.doubles(one.get("lam"))) {
      weights.add((float) lambda);
    }
    List<Integer> order = Arrays.stream(Golden.ints(one.get("perm"))).boxed().toList();
    return new PairRecipe.SwapMix("swapmix(beta=1)", weights, order);
  }

  @Test
  void statisticsThatNoPictureHasAreRefused() {
    Normalization extreme = new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(1e-30f, 1f, 1f));
    PairRecipe.SwapMix mix =
        new PairRecipe.SwapMix("swapmix(beta=1)", List.of(0.5f), List.of(1, 0, 2));
    assertThatThrownBy(() -> MixWeights.fold(mix, extreme, DType.U8))
        .hasMessageContaining("too extreme");
    assertThatThrownBy(() -> MixWeights.fold(mix, extreme, DType.F16))
        .hasMessageContaining("too extreme");
  }

  @Test
  void onlyPixelsHalvesAndFloatsAreMade() {
    PairRecipe.SwapMix mix =
        new PairRecipe.SwapMix("swapmix(beta=1)", List.of(0.5f), List.of(1, 0, 2));
    assertThatThrownBy(() -> MixWeights.fold(mix, STATISTICS, DType.I64))
        .hasMessageContaining("U8, F16 or F32, not I64");
  }
}
