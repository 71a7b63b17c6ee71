package io.pairstream.augment.builtin;

import io.pairstream.augment.Augmentation;
import io.pairstream.augment.ClipAugmentation;
import io.pairstream.augment.Parameters;
import io.pairstream.augment.pixel.Box;
import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.clip.CounterRandom;

/// `cutout(size=S,fill=F,p=P)`: gives a square of a clip one level, the same square in all frames.
/// Its middle is any pixel, so that it may stick out (DeVries and Taylor: Improved regularization
/// of convolutional neural networks with cutout, 2017; there half the side of a CIFAR-10 picture).
///
/// @param size side of the square, as a share of the frame's short side
/// @param fill 0 … 255
/// @param p the share of the clips that are changed
public record Cutout(double size, int fill, double p) implements ClipAugmentation {
  public Cutout() {
    this(0.5, 128, 1);
  }

  @Override
  public String name() {
    return "cutout";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly("size", "fill", "p");
    return new Cutout(
        parameters.within("size", size, 0, 2),
        parameters.whole("fill", fill, 0, 255),
        parameters.within("p", p, 0, 1));
  }

  @Override
  public String text() {
    return Parameters.text(name(), "size", size, "fill", fill, "p", p);
  }

  @Override
  public void apply(ClipPixels clip, CounterRandom random, Workspace workspace) {
    if (random.nextDouble() < p) {
      int side = (int) Math.rint(size * Math.min(clip.height(), clip.width()));
      int x = random.nextInt(clip.width());
      int y = random.nextInt(clip.height());
      Box.clipped(x, y, side, clip).fill(clip, fill);
    }
  }
}
