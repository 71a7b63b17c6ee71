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
  private static final int DOT = 9;

  private HueChart() {}

  /// Writes the chart as PNG.
  ///
  /// @param top1 in [0,1], by angle in degrees; 0 is among them
  /// @throws IOException when the file cannot be written
  public static void write(Path file, SortedMap<Integer, Double> top1) throws IOException {
    Typeface face = Typeface.load();
    Typeface.Lettering small = face.regular(13);
    int plot = CIRCLE * PIXELS_A_DEGREE;
    ShareAxis axis = new ShareAxis(small, MARGIN + ShareAxis.LABELS, MARGIN + 64, plot);
    int width = axis.left() + plot + 2 * MARGIN;
    try (Picture picture = new Picture(width, axis.bottom() + 76 + MARGIN)) {
      picture.text(face.semibold(20), "Top-1 with hues turned", MARGIN, MARGIN, Picture.INK);
      String plain = String.format(Locale.ROOT, "as they are: %.1f %%", 100 * share(top1, 0));
      picture.text(small, plain, MARGIN, MARGIN + 30, Picture.FAINT);
      axis.draw(picture);
      for (int degrees = 0; degrees <= CIRCLE; degrees += TICK) {
        int x = axis.left() + degrees * PIXELS_A_DEGREE;
        String label = degrees + "°";
        picture.text(small, label, x - small.width(label) / 2, axis.bottom() + 30, Picture.FAINT);
      }
      rainbow(picture, axis);
      curve(picture, axis, top1);
      String caption = "turned by so much; the strip shows what becomes of red";
      picture.text(small, caption, axis.left(), axis.bottom() + 58, Picture.FAINT);
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
      picture.fill(colour, x, axis.bottom() + 8, PIXELS_A_DEGREE, 12);
    }
  }

  private static void curve(Picture picture, ShareAxis axis, SortedMap<Integer, Double> top1) {
    int fromX = axis.left();
    int fromY = axis.y(share(top1, 0));
    for (int degrees : top1.keySet()) {
      int x = axis.left() + degrees * PIXELS_A_DEGREE;
      int y = axis.y(share(top1, degrees));
      picture.line(Picture.BLUE, 2, fromX, fromY, x, y);
      picture.dot(Picture.BLUE, x, y, DOT);
      fromX = x;
      fromY = y;
    }
    int end = axis.left() + CIRCLE * PIXELS_A_DEGREE;
    picture.line(Picture.BLUE, 2, fromX, fromY, end, axis.y(share(top1, 0)));
  }
}
