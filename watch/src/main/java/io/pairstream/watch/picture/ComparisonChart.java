package io.pairstream.watch.picture;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Draws a [Comparison] as groups of bars, one group a test set.
public final class ComparisonChart {
  private static final List<Color> COLOURS = List.of(Picture.GREY, Picture.BLUE, Picture.YELLOW);

  private static final int MARGIN = 24;
  private static final int PLOT_HEIGHT = ShareAxis.PLOT_HEIGHT;
  private static final int BAR = 72;
  private static final int GROUP_GAP = 48;
  private static final int LINE = 22;
  private static final int AXIS = ShareAxis.LABELS;

  private ComparisonChart() {}

  /// Writes the chart as PNG.
  ///
  /// @param notes small lines below the chart
  /// @throws IOException when the file cannot be written
  public static void write(Path file, String title, Comparison comparison, List<String> notes)
      throws IOException {
    Typeface face = Typeface.load();
    Typeface.Lettering heading = face.semibold(20);
    Typeface.Lettering text = face.regular(15);
    Typeface.Lettering small = face.regular(13);
    int group = groupWidth(comparison, text);
    int width = 2 * MARGIN + AXIS + comparison.rows().size() * group + GROUP_GAP;
    width = Math.max(width, 2 * MARGIN + heading.width(title));
    for (String note : notes) {
      width = Math.max(width, 2 * MARGIN + small.width(note));
    }
    int top = MARGIN + 96;
    int height = top + PLOT_HEIGHT + 44 + notes.size() * LINE + MARGIN;
    try (Picture picture = new Picture(width, height)) {
      picture.text(heading, title, MARGIN, MARGIN, Picture.INK);
      drawLegend(picture, text, comparison.models(), MARGIN + 34);
      new ShareAxis(small, MARGIN + AXIS, top, width - 2 * MARGIN - AXIS).draw(picture);
      int x = MARGIN + AXIS + GROUP_GAP;
      for (Comparison.Row row : comparison.rows()) {
        drawGroup(picture, text, row, new Place(x, top, group));
        x += group;
      }
      int y = top + PLOT_HEIGHT + 52;
      for (String note : notes) {
        picture.text(small, note, MARGIN, y, Picture.FAINT);
        y += LINE;
      }
      picture.write(file);
    }
  }

  private static int groupWidth(Comparison comparison, Typeface.Lettering text) {
    int width = comparison.models().size() * BAR;
    for (Comparison.Row row : comparison.rows()) {
      width = Math.max(width, text.width(row.set()));
    }
    return width + GROUP_GAP;
  }

  private static void drawLegend(
      Picture picture, Typeface.Lettering text, List<String> models, int y) {
    int x = MARGIN;
    int side = 14;
    for (int i = 0; i < models.size(); i++) {
      picture.fill(colour(i), x, y, side, side);
      int middle = y + (side - text.height()) / 2;
      picture.text(text, models.get(i), x + side + 8, middle, Picture.INK);
      x += side + 8 + text.width(models.get(i)) + MARGIN;
    }
  }

  /// Where a group of bars lies.
  private record Place(int x, int top, int width) {}

  private static void drawGroup(
      Picture picture, Typeface.Lettering text, Comparison.Row row, Place place) {
    int inner = place.width() - GROUP_GAP;
    int left = place.x() + (inner - row.top1().size() * BAR) / 2;
    for (int i = 0; i < row.top1().size(); i++) {
      double share = Math.clamp(row.top1().get(i), 0, 1);
      int high = (int) Math.round(PLOT_HEIGHT * share);
      int y = place.top() + PLOT_HEIGHT - high;
      picture.fill(colour(i), left + i * BAR + 4, y, BAR - 8, high);
      String label = Comparison.percent(share);
      int labelX = left + i * BAR + (BAR - text.width(label)) / 2;
      int labelY = y - text.height() - 6;
      // A line of the axis may lie there.
      picture.fill(Color.WHITE, labelX - 3, labelY - 3, text.width(label) + 6, text.height() + 6);
      picture.text(text, label, labelX, labelY, Picture.INK);
    }
    int captionX = place.x() + (inner - text.width(row.set())) / 2;
    picture.text(text, row.set(), captionX, place.top() + PLOT_HEIGHT + 14, Picture.INK);
  }

  private static Color colour(int model) {
    return COLOURS.get(model % COLOURS.size());
  }
}
