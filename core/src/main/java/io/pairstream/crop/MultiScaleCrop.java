package io.pairstream.crop;

import io.pairstream.clip.CounterRandom;
import io.pairstream.crop.FrameView.Box;
import java.util.ArrayList;
import java.util.List;

/// Multi-scale corner cropping (Wang et al., Towards good practices for very deep two-stream
/// ConvNets, 2015, section 3): one of ten sizes at one of thirteen places.
///
/// The sizes are 1, 0.875, 0.75 and 0.66 of the largest box with the clip's shape, width and height
/// at most one step apart, and snap to the clip's size within two pixels.
///
/// @param frame size of the frames
/// @param clip size of the clip
/// @param sizes what a crop may measure
record MultiScaleCrop(Size frame, Size clip, List<Size> sizes) {
  private static final double[] SCALES = {1, 0.875, 0.75, 0.66};
  private static final int STEPS_APART = 1;
  private static final int SNAP_PIXELS = 2;

  /// Places in quarters of what the crop leaves free: corners and centre first, then the middles of
  /// the sides and of the quadrants.
  private static final int[][] PLACES = {
    {0, 0}, {4, 0}, {0, 4}, {4, 4}, {2, 2}, {0, 2}, {4, 2}, {2, 4}, {2, 0}, {1, 1}, {3, 1}, {1, 3},
    {3, 3}
  };

  MultiScaleCrop {
    sizes = List.copyOf(sizes);
  }

  static MultiScaleCrop of(Size frame, Size clip) {
    // For a square clip both are the short side of the frame.
    double largestWidth =
        Math.min(frame.width(), frame.height() * (double) clip.width() / clip.height());
    double largestHeight =
        Math.min(frame.height(), frame.width() * (double) clip.height() / clip.width());
    List<Size> sizes = new ArrayList<>();
    for (int i = 0; i < SCALES.length; i++) {
      for (int j = 0; j < SCALES.length; j++) {
        if (Math.abs(i - j) <= STEPS_APART) {
          sizes.add(
              new Size(
                  scaled(largestWidth, SCALES[j], clip.width()),
                  scaled(largestHeight, SCALES[i], clip.height())));
        }
      }
    }
    return new MultiScaleCrop(frame, clip, sizes);
  }

  /// The boxes of one size.
  List<Box> boxes(Size size) {
    int stepX = (frame.width() - size.width()) / 4;
    int stepY = (frame.height() - size.height()) / 4;
    List<Box> boxes = new ArrayList<>();
    for (int[] place : PLACES) {
      boxes.add(new Box(place[0] * stepX, place[1] * stepY, size.width(), size.height()));
    }
    return boxes;
  }

  FrameView choose(CounterRandom random) {
    List<Box> boxes = boxes(sizes.get(random.nextInt(sizes.size())));
    return FrameView.of(boxes.get(random.nextInt(boxes.size())), clip);
  }

  private static int scaled(double largest, double scale, int snap) {
    int pixels = (int) Math.max(1, largest * scale);
    // Snapping upwards must not leave the frame.
    return Math.abs(pixels - snap) <= SNAP_PIXELS && snap <= largest ? snap : pixels;
  }
}
