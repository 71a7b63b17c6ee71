package io.pairstream.augment.builtin;

import io.pairstream.augment.Augmentation;
import io.pairstream.augment.ClipAugmentation;
import io.pairstream.augment.Parameters;
import io.pairstream.augment.pixel.Blur;
import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.clip.CounterRandom;

/// `gaussian-blur(min=A,max=B,p=P)`: blurs a clip with a standard deviation drawn from U[A,B], in
/// pixels (SimCLR: Chen et al., ICML 2020, appendix A; there U[0.1,2]).
///
/// @param p the share of the clips that are changed
public record GaussianBlur(double min, double max, double p) implements ClipAugmentation {
  private static final double LEAST = 0.01;
  private static final double MOST = 50;

  public GaussianBlur() {
    this(0.1, 2, 1);
  }

  @Override
  public String name() {
    return "gaussian-blur";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly("min", "max", "p");
    double least = parameters.within("min", min, LEAST, MOST);
    return new GaussianBlur(
        least,
        parameters.within("max", Math.max(least, max), least, MOST),
        parameters.within("p", p, 0, 1));
  }

  @Override
  public String text() {
    return Parameters.text(name(), "min", min, "max", max, "p", p);
  }

  @Override
  public void apply(ClipPixels clip, CounterRandom random, Workspace workspace) {
    if (random.nextDouble() < p) {
      Blur.gaussian(clip, min + (max - min) * random.nextDouble(), workspace);
    }
  }
}
