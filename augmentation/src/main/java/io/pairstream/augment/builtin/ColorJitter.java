package io.pairstream.augment.builtin;

import io.pairstream.augment.Augmentation;
import io.pairstream.augment.ClipAugmentation;
import io.pairstream.augment.Parameters;
import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Enhance;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.clip.CounterRandom;

/// `color-jitter(brightness=B,contrast=C,saturation=S,hue=H,p=P)`: brightness, contrast and
/// saturation by factors drawn from U[max(0,1−x),1+x] and the hue by a share of the circle drawn
/// from U[−H,H], in a drawn order, as torchvision's `ColorJitter` does on PIL pictures (but the hue
/// exactly, where PIL's HSV bytes lose colours). The defaults are SimCLR's (Chen et al., ICML 2020)
/// at strength 0.5.
///
/// @param p the share of the clips that are changed
public record ColorJitter(
    double brightness, double contrast, double saturation, double hue, double p)
    implements ClipAugmentation {
  private static final double MOST = 10;

  public ColorJitter() {
    this(0.4, 0.4, 0.4, 0.1, 1);
  }

  @Override
  public String name() {
    return "color-jitter";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly("brightness", "contrast", "saturation", "hue", "p");
    return new ColorJitter(
        parameters.within("brightness", brightness, 0, MOST),
        parameters.within("contrast", contrast, 0, MOST),
        parameters.within("saturation", saturation, 0, MOST),
        parameters.within("hue", hue, 0, 0.5),
        parameters.within("p", p, 0, 1));
  }

  @Override
  public String text() {
    return Parameters.text(
        name(),
        "brightness",
        brightness,
        "contrast",
        contrast,
        "saturation",
        saturation,
        "hue",
        hue,
        "p",
        p);
  }

  @Override
  public void apply(ClipPixels clip, CounterRandom random, Workspace workspace) {
    if (random.nextDouble() >= p) {
      return;
    }
    int[] order = random.permutation(4);
    double brightnessFactor = factor(random, brightness);
    double contrastFactor = factor(random, contrast);
    double saturationFactor = factor(random, saturation);
    double share = hue * (2 * random.nextDouble() - 1);
    for (int which : order) {
      switch (which) {
        case 0 -> Enhance.brightness(clip, brightnessFactor);
        case 1 -> Enhance.contrast(clip, contrastFactor);
        case 2 -> Enhance.saturation(clip, saturationFactor);
        default -> HueJitter.turn(clip, share, workspace);
      }
    }
  }

  private static double factor(CounterRandom random, double range) {
    double least = Math.max(0, 1 - range);
    return least + (1 + range - least) * random.nextDouble();
  }
}
