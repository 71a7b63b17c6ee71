package io.pairstream.augment.builtin;

import io.pairstream.augment.Augmentation;
import io.pairstream.augment.ClipAugmentation;
import io.pairstream.augment.Parameters;
import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.HueKernel;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.clip.CounterRandom;

/// `hue-jitter(max=M,p=P)`: turns the hue of a clip by a share of the circle drawn from U[−M,M], as
/// torchvision's `ColorJitter(hue=M)` does; what MCA is compared with (ICLR 2024, section 4).
///
/// The share is rounded to 1/1536, finer than 8-bit colours can show.
///
/// @param max at most 0.5, half the circle
/// @param p the share of the clips that are changed
public record HueJitter(double max, double p) implements ClipAugmentation {
  public HueJitter() {
    this(0.5, 1);
  }

  @Override
  public String name() {
    return "hue-jitter";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly("max", "p");
    return new HueJitter(parameters.within("max", max, 0, 0.5), parameters.within("p", p, 0, 1));
  }

  @Override
  public String text() {
    return Parameters.text(name(), "max", max, "p", p);
  }

  @Override
  public void apply(ClipPixels clip, CounterRandom random, Workspace workspace) {
    if (random.nextDouble() < p) {
      turn(clip, max * (2 * random.nextDouble() - 1), workspace);
    }
  }

  /// @param share of the circle
  static void turn(ClipPixels clip, double share, Workspace workspace) {
    int steps = (int) Math.rint(share * HueKernel.TURN);
    workspace.hue().turn(clip.data(), clip.offset(), clip.end(), steps);
  }
}
