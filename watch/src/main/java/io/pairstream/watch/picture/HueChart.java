package io.pairstream.watch.picture;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;

/// Draws accuracy over the angle by which hues are turned; the circle is closed on the right.
public final class HueChart {
  private static final int CIRCLE = 360;
  private static final int MARGIN = 24;
  private static final int PIXELS_A_DEGREE = 2;
  private static final int TICK = 60;
  private static final int DOT = 8;
  private static final Color CURVE = new Color(0x00, 0x72, 0xB2);

  private HueChart() {}

  /// Writes the chart as PNG.
  ///
  /// @param top1 in [0,1], by angle in degrees; 0 is among them
  /// @throws IOException when the file cannot be written
  public static void write(Path file, SortedMap<Integer, Double> top1) throws IOException {
    PixelFont font = PixelFont.load(2);
    int line = font.height() + 8;
    int plot = CIRCLE * PIXELS_A_DEGREE;
    int top = MARGIN + 2 * line;
    ShareAxis axis = new ShareAxis(MARGIN + ShareAxis.LABELS, top, plot);
    int width = axis.left() + plot + 2 * MARGIN;
    try (Picture picture = new Picture(width, axis.bottom() + 4 * line + MARGIN)) {
      picture.text("Top-1 with hues turned", MARGIN, MARGIN, Picture.INK);
      axis.draw(picture);
      for (int degrees = 0; degrees <= CIRCLE; degrees += TICK) {
        int x = axis.left() + degrees * PIXELS_A_DEGREE;
        String label = Integer.toString(degrees);
        picture.text(label, x - font.width(label) / 2, axis.bottom() + 28, Picture.FAINT);
      }
      rainbow(picture, axis);
      curve(picture, axis, top1);
      String caption = "degrees; what red becomes is shown on the axis";
      int below = axis.bottom() + 36 + line;
      picture.text(caption, MARGIN, below, Picture.FAINT);
      String plain = String.format(Locale.ROOT, "as they are: %.1f%%", 100 * share(top1, 0));
      picture.text(plain, MARGIN, below + line, Picture.FAINT);
      picture.write(file);
    }
  }

  private static double share(SortedMap<Integer, Double> top1, int degrees) {
    return top1.getOrDefault(degrees, 0.0);
  }

  private static void rainbow(Picture picture, ShareAxis axis) {
    for (int degrees = 0; degrees < CIRCLE; degrees++) {
      Color colour = Color.getHSBColor((float) degrees / CIRCLE, 0.8f, 0.95f);
      int x = axis.left() + degrees * PIXELS_A_DEGREE;
      picture.fill(colour, x, axis.bottom() + 6, PIXELS_A_DEGREE, 12);
    }
  }

  private static void curve(Picture picture, ShareAxis axis, SortedMap<Integer, Double> top1) {
    int fromX = axis.left();
    int fromY = axis.y(share(top1, 0));
    for (int degrees : top1.keySet()) {
      int x = axis.left() + degrees * PIXELS_A_DEGREE;
      int y = axis.y(share(top1, degrees));
      picture.line(CURVE, fromX, fromY, x, y);
      picture.fill(CURVE, x - DOT / 2, y - DOT / 2, DOT, DOT);
      fromX = x;
      fromY = y;
    }
    int end = axis.left() + CIRCLE * PIXELS_A_DEGREE;
    picture.line(CURVE, fromX, fromY, end, axis.y(share(top1, 0)));
  }
}
