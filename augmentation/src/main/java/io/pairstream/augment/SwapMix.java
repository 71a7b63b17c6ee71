package io.pairstream.augment;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.PairRecipe;
import java.util.ArrayList;
import java.util.List;

/// `swapmix(beta=B)`: mixes each clip with itself in another order of its colour channels (MCA,
/// ICLR 2024, section 3.2). λ of each clip is drawn from Beta(β,β); one order holds for the batch,
/// each of the five that change something equally likely.
public record SwapMix(double beta) implements Augmentation {
  private static final List<List<Integer>> ORDERS =
      List.of(
          List.of(0, 2, 1), List.of(1, 0, 2), List.of(1, 2, 0), List.of(2, 0, 1), List.of(2, 1, 0));

  public SwapMix {
    if (!(beta > 0 && Double.isFinite(beta))) {
      throw new IllegalArgumentException("beta " + beta + " of swapmix is not above 0");
    }
  }

  /// β = 1, as the authors use it: λ is uniform.
  public SwapMix() {
    this(1);
  }

  @Override
  public String name() {
    return "swapmix";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly("beta");
    return new SwapMix(parameters.positive("beta", 1));
  }

  @Override
  public String text() {
    return "swapmix(beta=" + Parameters.canonical(beta) + ")";
  }

  @Override
  public boolean needsPixels() {
    return false;
  }

  @Override
  public PairRecipe augment(ClipBatch clips, BatchDraws draws, AugmentedPixels result) {
    List<Float> mixWeight = new ArrayList<>();
    for (int clip = 0; clip < clips.clips(); clip++) {
      mixWeight.add((float) draws.clip(clip, "mix-weight").nextBeta(beta, beta));
    }
    List<Integer> order = ORDERS.get(draws.whole("channel-order").nextInt(ORDERS.size()));
    return new PairRecipe.SwapMix(text(), mixWeight, order);
  }
}
