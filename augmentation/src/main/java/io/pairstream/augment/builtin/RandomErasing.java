package io.pairstream.augment.builtin;

import io.pairstream.augment.Augmentation;
import io.pairstream.augment.ClipAugmentation;
import io.pairstream.augment.Parameters;
import io.pairstream.augment.pixel.Box;
import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.clip.CounterRandom;

/// `random-erasing(p=P,least=A,most=B,ratio=R,fill=F)`: overwrites a box of a clip, the same in all
/// frames, with noise that is new in each frame or with one level (Zhong et al.: Random erasing
/// data augmentation, AAAI 2020). The box's area is drawn from U[A,B] of the frame and its height
/// over its width between R and 1/R, uniformly in the logarithm; ten boxes are tried until one
/// fits.
///
/// @param p the share of the clips that are changed
/// @param least smallest area, as a share of the frame
/// @param most largest area
/// @param ratio smallest height over width
/// @param fill 0 … 255, or [#NOISE]
public record RandomErasing(double p, double least, double most, double ratio, int fill)
    implements ClipAugmentation {
  /// Every value uniform in 0 … 255.
  public static final int NOISE = -1;

  private static final String NOISE_WORD = "noise";
  private static final int TRIES = 10;

  public RandomErasing() {
    this(0.25, 0.02, 0.33, 0.3, NOISE);
  }

  @Override
  public String name() {
    return "random-erasing";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly("p", "least", "most", "ratio", "fill");
    boolean noise = parameters.given("fill").map(NOISE_WORD::equals).orElse(fill == NOISE);
    double smallest = parameters.within("least", least, 0, 1);
    return new RandomErasing(
        parameters.within("p", p, 0, 1),
        smallest,
        parameters.within("most", Math.max(most, smallest), smallest, 1),
        parameters.within("ratio", ratio, 0.01, 1),
        noise ? NOISE : parameters.whole("fill", fill, 0, 255));
  }

  @Override
  public String text() {
    return Parameters.text(
        name(),
        "p",
        p,
        "least",
        least,
        "most",
        most,
        "ratio",
        ratio,
        "fill",
        fill == NOISE ? NOISE_WORD : fill);
  }

  @Override
  public void apply(ClipPixels clip, CounterRandom random, Workspace workspace) {
    if (random.nextDouble() >= p) {
      return;
    }
    double logRatio = StrictMath.log(ratio);
    for (int i = 0; i < TRIES; i++) {
      double share = least + (most - least) * random.nextDouble();
      double area = share * clip.height() * clip.width();
      double shape = StrictMath.exp(logRatio * (2 * random.nextDouble() - 1));
      int height = (int) Math.rint(StrictMath.sqrt(area * shape));
      int width = (int) Math.rint(StrictMath.sqrt(area / shape));
      if (height > 0 && width > 0 && height < clip.height() && width < clip.width()) {
        int y = random.nextInt(clip.height() - height + 1);
        int x = random.nextInt(clip.width() - width + 1);
        Box box = new Box(x, y, width, height);
        if (fill == NOISE) {
          box.noise(clip, random::nextLong);
        } else {
          box.fill(clip, fill);
        }
        return;
      }
    }
  }
}
