package io.pairstream.watch.picture;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Draws a confusion matrix: a row a true class, a column a predicted one, the darker the larger
/// the share of the row. With few classes the shares stand in the fields; with many the fields
/// shrink and the names are left out.
public final class ConfusionPicture {
  private static final int MARGIN = 24;
  private static final int LARGE = 48;
  private static final int SMALL = 4;

  /// More classes than these are drawn small.
  private static final int NAMED = 40;

  private static final int LONGEST_NAME = 24;
  private static final Color FULL = new Color(0x00, 0x52, 0x8A);

  private ConfusionPicture() {}

  /// Writes the picture as PNG.
  ///
  /// @param names by label
  /// @param counts by true class, then by predicted class
  /// @throws IOException when the file cannot be written
  public static void write(Path file, List<String> names, int[][] counts) throws IOException {
    PixelFont font = PixelFont.load(2);
    boolean named = names.size() <= NAMED;
    int field = named ? LARGE : SMALL;
    int longest = 0;
    for (String name : names) {
      longest = named ? Math.max(longest, font.width(brief(name))) : 0;
    }
    int line = font.height() + 8;
    String title = "Rows: true class, columns: predicted";
    int left = MARGIN + longest + (named ? 12 : 0);
    int top = MARGIN + 2 * line + (named ? line : 0);
    int side = names.size() * field;
    int width = Math.max(left + side, MARGIN + font.width(title)) + MARGIN;
    try (Picture picture = new Picture(width, top + side + MARGIN)) {
      picture.text(title, MARGIN, MARGIN, Picture.INK);
      for (int row = 0; row < counts.length; row++) {
        int y = top + row * field;
        if (named) {
          String name = brief(names.get(row));
          int middle = (field - font.height()) / 2;
          picture.text(name, left - 12 - font.width(name), y + middle, Picture.INK);
          String number = Integer.toString(row);
          int x = left + row * field + (field - font.width(number)) / 2;
          picture.text(number, x, top - line, Picture.FAINT);
        }
        draw(picture, counts[row], left, y, field);
      }
      frame(picture, left, top, side);
      picture.write(file);
    }
  }

  private static void draw(Picture picture, int[] row, int left, int y, int field) {
    int all = Arrays.stream(row).sum();
    for (int column = 0; column < row.length; column++) {
      if (row[column] == 0) {
        continue;
      }
      double share = (double) row[column] / all;
      int x = left + column * field;
      picture.fill(shade(share), x, y, field, field);
      if (field == LARGE) {
        String text = Long.toString(Math.round(100 * share));
        Color ink = share > 0.5 ? Color.WHITE : Picture.INK;
        PixelFont font = picture.font();
        int textX = x + (field - font.width(text)) / 2;
        picture.text(text, textX, y + (field - font.height()) / 2, ink);
      }
    }
  }

  private static void frame(Picture picture, int left, int top, int side) {
    picture.fill(Picture.LINE, left - 1, top - 1, side + 2, 1);
    picture.fill(Picture.LINE, left - 1, top + side, side + 2, 1);
    picture.fill(Picture.LINE, left - 1, top - 1, 1, side + 2);
    picture.fill(Picture.LINE, left + side, top - 1, 1, side + 2);
  }

  /// White at 0; even the smallest share can be seen.
  private static Color shade(double share) {
    double depth = 0.12 + 0.88 * share;
    return new Color(
        mixed(FULL.getRed(), depth), mixed(FULL.getGreen(), depth), mixed(FULL.getBlue(), depth));
  }

  private static int mixed(int full, double depth) {
    return (int) Math.round(255 + (full - 255) * depth);
  }

  private static String brief(String name) {
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME - 1) + "…" : name;
  }
}
