package io.pairstream.watch.picture;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Draws a confusion matrix: a row a true class, a column a predicted one, the darker the larger
/// the share of the row. With few classes the shares stand in the fields; with many the fields
/// shrink and the names are left out.
public final class ConfusionPicture {
  private static final int MARGIN = 24;
  private static final int LARGE = 44;
  private static final int SMALL = 4;

  /// Pixels for a class's number between its name and its row.
  private static final int NUMBER = 44;

  /// More classes than these are drawn small.
  private static final int NAMED = 40;

  private static final int LONGEST_NAME = 220;
  private static final Color FULL = new Color(0x00, 0x52, 0x8A);

  private ConfusionPicture() {}

  /// Writes the picture as PNG.
  ///
  /// @param names by label
  /// @param counts by true class, then by predicted class
  /// @throws IOException when the file cannot be written
  public static void write(Path file, List<String> names, int[][] counts) throws IOException {
    Typeface face = Typeface.load();
    Typeface.Lettering heading = face.semibold(20);
    Typeface.Lettering text = face.regular(14);
    boolean named = names.size() <= NAMED;
    int field = named ? LARGE : SMALL;
    List<String> labels = new ArrayList<>();
    for (int i = 0; named && i < names.size(); i++) {
      labels.add(text.brief(names.get(i), LONGEST_NAME));
    }
    int longest = labels.stream().mapToInt(text::width).max().orElse(0);
    String title = "Confusion in % of each row";
    String reading = "a row is a true class, a column a predicted one";
    int left = MARGIN + longest + (named ? NUMBER : 0);
    int top = MARGIN + 64 + (named ? 20 : 0);
    int side = names.size() * field;
    int widest = MARGIN + Math.max(heading.width(title), text.width(reading));
    int width = Math.max(left + side, widest) + MARGIN;
    try (Picture picture = new Picture(width, top + side + MARGIN)) {
      picture.text(heading, title, MARGIN, MARGIN, Picture.INK);
      picture.text(text, reading, MARGIN, MARGIN + 30, Picture.FAINT);
      for (int row = 0; row < counts.length; row++) {
        int y = top + row * field;
        if (named) {
          String name = labels.get(row);
          int middle = (field - text.height()) / 2;
          picture.text(text, name, left - NUMBER - text.width(name), y + middle, Picture.INK);
          String number = Integer.toString(row);
          int before = left - 12 - text.width(number);
          picture.text(text, number, before, y + middle, Picture.FAINT);
          int x = left + row * field + (field - text.width(number)) / 2;
          picture.text(text, number, x, top - 10 - text.height(), Picture.FAINT);
        }
        draw(picture, text, counts[row], new Place(left, y, field));
      }
      frame(picture, left, top, side);
      picture.write(file);
    }
  }

  /// Where a row begins and how large its fields are.
  private record Place(int left, int y, int field) {}

  private static void draw(Picture picture, Typeface.Lettering text, int[] row, Place place) {
    int all = Arrays.stream(row).sum();
    int field = place.field();
    for (int column = 0; column < row.length; column++) {
      if (row[column] == 0) {
        continue;
      }
      double share = (double) row[column] / all;
      int x = place.left() + column * field;
      picture.fill(shade(share), x, place.y(), field, field);
      if (field == LARGE) {
        String number = Long.toString(Math.round(100 * share));
        Color ink = share > 0.45 ? Color.WHITE : Picture.INK;
        int textX = x + (field - text.width(number)) / 2;
        picture.text(text, number, textX, place.y() + (field - text.height()) / 2, ink);
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
}
