package io.pairstream.crop;

import io.pairstream.clip.CounterRandom;
import io.pairstream.crop.FrameView.Box;
import io.pairstream.crop.FrameView.Filter;
import java.util.Optional;

/// A box of random area and shape, brought to the clip's size; the crop of the authors' UniFormer
/// code (Szegedy et al., Going deeper with convolutions, 2014, section 6), with its filter, which
/// lets shrunken frames alias.
///
/// The box's shape is the clip's, narrower or wider by up to 4/3, its logarithm uniform. After
/// [#TRIES] boxes that are not inside the frame it is the largest one in the centre. Validation is
/// that of [CropRule.MultiScale].
///
/// @param minArea of the box, as a share of the frame's
/// @param maxArea of the box, at most 1
public record RandomResized(double minArea, double maxArea) implements CropRule {
  static final RandomResized USUAL = new RandomResized(0.08, 1);

  private static final int TRIES = 10;
  private static final double WIDEST = 4.0 / 3;

  public RandomResized {
    if (!(minArea > 0 && minArea <= maxArea && maxArea <= 1)) {
      throw new IllegalArgumentException(
          "crop random-resized:%s-%s is not two shares of a frame's area, the smaller first"
              .formatted(CropNumbers.number(minArea), CropNumbers.number(maxArea)));
    }
  }

  @Override
  public String text() {
    return "random-resized:" + CropNumbers.number(minArea) + "-" + CropNumbers.number(maxArea);
  }

  @Override
  public void requireFits(Size clip) {
    // Any size will do.
  }

  @Override
  public FrameView training(Size frame, Size clip, CounterRandom random) {
    for (int i = 0; i < TRIES; i++) {
      Optional<Box> box = draw(frame, clip, random);
      if (box.isPresent()) {
        return view(box.get(), clip);
      }
    }
    return view(largest(frame, clip), clip);
  }

  @Override
  public FrameView validation(Size frame, Size clip) {
    return FrameView.centre(frame, clip);
  }

  private Optional<Box> draw(Size frame, Size clip, CounterRandom random) {
    double share = minArea + random.nextDouble() * (maxArea - minArea);
    double area = share * frame.width() * frame.height();
    double log = StrictMath.log(WIDEST);
    double shape = shape(clip) * StrictMath.exp((2 * random.nextDouble() - 1) * log);
    int width = (int) Math.rint(Math.sqrt(area * shape));
    int height = (int) Math.rint(Math.sqrt(area / shape));
    if (width < 1 || width > frame.width() || height < 1 || height > frame.height()) {
      return Optional.empty();
    }
    int y = random.nextInt(frame.height() - height + 1);
    int x = random.nextInt(frame.width() - width + 1);
    return Optional.of(new Box(x, y, width, height));
  }

  /// The largest box of a permitted shape, in the centre.
  static Box largest(Size frame, Size clip) {
    double narrowest = shape(clip) / WIDEST;
    double widest = shape(clip) * WIDEST;
    double shape = shape(frame);
    int width = frame.width();
    int height = frame.height();
    if (shape < narrowest) {
      height = (int) Math.clamp((long) Math.rint(width / narrowest), 1, height);
    } else if (shape > widest) {
      width = (int) Math.clamp((long) Math.rint(height * widest), 1, width);
    }
    return new Box((frame.width() - width) / 2, (frame.height() - height) / 2, width, height);
  }

  private static double shape(Size size) {
    return (double) size.width() / size.height();
  }

  private static FrameView view(Box box, Size clip) {
    return new FrameView(box, clip, Box.all(clip), false, Filter.ALIASING);
  }
}
