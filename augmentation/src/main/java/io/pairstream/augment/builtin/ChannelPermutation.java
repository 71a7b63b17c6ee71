package io.pairstream.augment.builtin;

import io.pairstream.augment.Augmentation;
import io.pairstream.augment.ClipAugmentation;
import io.pairstream.augment.Parameters;
import io.pairstream.augment.pixel.ChannelExchange;
import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.clip.CounterRandom;

/// `channel-permutation(p=P)`: exchanges the colour channels of a clip, each of the five orders
/// that change something equally likely: SwapMix with λ = 0, but drawn for each clip (MCA, ICLR
/// 2024, section 3.2; on pixels, where SwapMix works on normalised values).
///
/// @param p the share of the clips that are changed
public record ChannelPermutation(double p) implements ClipAugmentation {
  public ChannelPermutation() {
    this(1);
  }

  @Override
  public String name() {
    return "channel-permutation";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly("p");
    return new ChannelPermutation(parameters.within("p", p, 0, 1));
  }

  @Override
  public String text() {
    return Parameters.text(name(), "p", p);
  }

  @Override
  public void apply(ClipPixels clip, CounterRandom random, Workspace workspace) {
    if (random.nextDouble() < p) {
      ChannelExchange.apply(clip, order(random.nextInt(5)));
    }
  }

  private static int[] order(int which) {
    return switch (which) {
      case 0 -> new int[] {0, 2, 1};
      case 1 -> new int[] {1, 0, 2};
      case 2 -> new int[] {1, 2, 0};
      case 3 -> new int[] {2, 0, 1};
      default -> new int[] {2, 1, 0};
    };
  }
}
