package io.pairstream.augment.builtin;

import io.pairstream.augment.Augmentation;
import io.pairstream.augment.ClipAugmentation;
import io.pairstream.augment.Parameters;
import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Luma;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.clip.CounterRandom;

/// `grayscale(p=P)`: puts the luma of ITU-R BT.601 into all three channels, as torchvision's
/// `RandomGrayscale` does on PIL pictures.
///
/// @param p the share of the clips that are changed
public record Grayscale(double p) implements ClipAugmentation {
  public Grayscale() {
    this(1);
  }

  @Override
  public String name() {
    return "grayscale";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly("p");
    return new Grayscale(parameters.within("p", p, 0, 1));
  }

  @Override
  public String text() {
    return Parameters.text(name(), "p", p);
  }

  @Override
  public void apply(ClipPixels clip, CounterRandom random, Workspace workspace) {
    if (random.nextDouble() < p) {
      Luma.grey(clip);
    }
  }
}
