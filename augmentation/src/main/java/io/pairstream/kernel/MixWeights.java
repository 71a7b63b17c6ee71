package io.pairstream.kernel;

import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairRecipe;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// SwapMix of one batch folded for U8 input: with output channel c and its partner channel p[c],
///
///     y = fma(w0, u_c, fma(w1, u_p[c], w2))
///
/// where `u` are pixels in 0 … 255 and each weight is computed in double and rounded once to
/// float32. It follows from `y_c = λ·n_c + (1−λ)·n_p[c]` with `n = (u/255 − mean)/std` (MCA, ICLR
/// 2024, section 3.2). As normalised values, for F16 and F32,
///
///     w0 = λ / (255·std_c)
///     w1 = (1−λ) / (255·std_p)
///     w2 = −(λ·mean_c/std_c + (1−λ)·mean_p/std_p)
///
/// and as pixels, for U8, which is `255·(y_c·std_c + mean_c)`,
///
///     w0 = λ
///     w1 = (1−λ)·std_c/std_p
///     w2 = 255·(1−λ)·(mean_c − mean_p·std_c/std_p)
///
/// λ, mean and std are the float32 numbers that travel in the pair, widened to double.
public final class MixWeights {
  private static final int CHANNELS = 3;
  private static final double LIMIT = 0x1p21;

  private final DType output;
  private final List<Integer> channelOrder;
  private final int clips;

  /// w0, w1, w2 of each output channel of each clip, [N,3,3].
  private final float[] weights;

  private MixWeights(DType output, List<Integer> channelOrder, int clips, float[] weights) {
    this.output = output;
    this.channelOrder = channelOrder;
    this.clips = clips;
    this.weights = weights;
  }

  /// Folds a recipe.
  ///
  /// @param output U8 for pixels, F16 or F32 for normalised values
  /// @throws IllegalArgumentException if the statistics are so extreme that a value could be 2^21
  ///   or more: no picture has such, and kernels may rely on it when they round
  public static MixWeights fold(PairRecipe.SwapMix recipe, Normalization statistics, DType output) {
    int clips = recipe.mixWeight().size();
    float[] room = new float[clips * CHANNELS * 3];
    MixWeights weights = new MixWeights(output, recipe.channelOrder(), clips, room);
    for (int clip = 0; clip < clips; clip++) {
      double lambda = recipe.mixWeight().get(clip);
      for (int channel = 0; channel < CHANNELS; channel++) {
        weights.foldOne(clip, channel, lambda, statistics);
      }
    }
    return weights;
  }

  /// Refuses statistics with which some recipe cannot be folded.
  ///
  /// @throws IllegalArgumentException as [#fold] does
  public static void requireFoldable(Normalization statistics) {
    // Weights are linear in λ, and these two orders hold every pair of different channels.
    for (List<Integer> order : List.of(List.of(1, 2, 0), List.of(2, 0, 1))) {
      PairRecipe.SwapMix extremes = new PairRecipe.SwapMix("swapmix", List.of(0f, 1f), order);
      fold(extremes, statistics, DType.U8);
      fold(extremes, statistics, DType.F16);
    }
  }

  /// The weights that only normalise: SwapMix with λ = 1.
  public static MixWeights normalise(int clips, Normalization statistics) {
    List<Float> ones = Collections.nCopies(clips, 1f);
    return fold(new PairRecipe.SwapMix("identity", ones, List.of(0, 1, 2)), statistics, DType.F16);
  }

  private void foldOne(int clip, int c, double lambda, Normalization statistics) {
    double rest = 1 - lambda;
    int p = partner(c);
    double meanC = statistics.mean().get(c);
    double meanP = statistics.mean().get(p);
    double stdC = statistics.std().get(c);
    double stdP = statistics.std().get(p);
    int at = (clip * CHANNELS + c) * 3;
    switch (output) {
      case U8 -> {
        double ratio = stdC / stdP;
        put(at, lambda, rest * ratio, 255 * rest * (meanC - meanP * ratio), statistics);
      }
      case F16, F32 -> {
        double added = -(lambda * meanC / stdC + rest * meanP / stdP);
        put(at, lambda / (255 * stdC), rest / (255 * stdP), added, statistics);
      }
      case I32, I64, F64 ->
          throw new IllegalArgumentException("SwapMix makes U8, F16 or F32, not " + output);
    }
  }

  private void put(int at, double w0, double w1, double w2, Normalization statistics) {
    if (!(255 * (w0 + w1) + Math.abs(w2) < LIMIT)) {
      throw new IllegalArgumentException(
          "mean " + statistics.mean() + " and std " + statistics.std() + " are too extreme");
    }
    weights[at] = (float) w0;
    weights[at + 1] = (float) w1;
    weights[at + 2] = (float) w2;
  }

  /// The weights of one clip alone.
  public MixWeights of(int clip) {
    int each = CHANNELS * 3;
    float[] own = Arrays.copyOfRange(weights, clip * each, (clip + 1) * each);
    return new MixWeights(output, channelOrder, 1, own);
  }

  /// U8, F16 or F32.
  public DType output() {
    return output;
  }

  /// What [#output] is in the layout of the frames.
  public MixFormat interleaved() {
    return switch (output) {
      case U8 -> MixFormat.U8;
      case F16 -> MixFormat.F16;
      case F32 -> MixFormat.F32;
      case I32, I64, F64 -> throw new IllegalStateException("weights for " + output);
    };
  }

  /// N.
  public int clips() {
    return clips;
  }

  /// p[c], the input channel that is mixed into output channel c.
  public int partner(int channel) {
    return channelOrder.get(channel);
  }

  /// Weight of the channel itself.
  public float w0(int clip, int channel) {
    return weights[(clip * CHANNELS + channel) * 3];
  }

  /// Weight of its partner.
  public float w1(int clip, int channel) {
    return weights[(clip * CHANNELS + channel) * 3 + 1];
  }

  /// What is added.
  public float w2(int clip, int channel) {
    return weights[(clip * CHANNELS + channel) * 3 + 2];
  }
}
