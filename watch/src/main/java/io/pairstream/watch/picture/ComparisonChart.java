package io.pairstream.watch.picture;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Draws a [Comparison] as groups of bars, one group a test set.
public final class ComparisonChart {
  /// Told apart by lightness too, for readers who do not see the hues (Okabe and Ito's palette).
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x99, 0x99, 0x99), new Color(0x00, 0x72, 0xB2), new Color(0xE6, 0x9F, 0x00));

  private static final int MARGIN = 24;
  private static final int PLOT_HEIGHT = ShareAxis.PLOT_HEIGHT;
  private static final int BAR = 72;
  private static final int GROUP_GAP = 48;
  private static final int AXIS = ShareAxis.LABELS;

  private ComparisonChart() {}

  /// Writes the chart as PNG.
  ///
  /// @param notes small lines below the chart
  /// @throws IOException when the file cannot be written
  public static void write(Path file, String title, Comparison comparison, List<String> notes)
      throws IOException {
    PixelFont font = PixelFont.load(2);
    int group = groupWidth(comparison, font);
    int width = 2 * MARGIN + AXIS + comparison.rows().size() * group + GROUP_GAP;
    width = Math.max(width, 2 * MARGIN + font.width(title));
    for (String note : notes) {
      width = Math.max(width, 2 * MARGIN + font.width(note));
    }
    int line = font.height() + 8;
    int top = MARGIN + 3 * line;
    int height = top + PLOT_HEIGHT + (3 + notes.size()) * line + MARGIN;
    try (Picture picture = new Picture(width, height)) {
      picture.text(title, MARGIN, MARGIN, Picture.INK);
      drawLegend(picture, comparison.models(), MARGIN, MARGIN + line + 4);
      new ShareAxis(MARGIN + AXIS, top, width - 2 * MARGIN - AXIS).draw(picture);
      int x = MARGIN + AXIS + GROUP_GAP / 2;
      for (Comparison.Row row : comparison.rows()) {
        drawGroup(picture, row, x, top, group);
        x += group;
      }
      int y = top + PLOT_HEIGHT + 2 * line + 8;
      for (String note : notes) {
        picture.text(note, MARGIN, y, Picture.FAINT);
        y += line;
      }
      picture.write(file);
    }
  }

  private static int groupWidth(Comparison comparison, PixelFont font) {
    int width = comparison.models().size() * BAR;
    for (Comparison.Row row : comparison.rows()) {
      width = Math.max(width, font.width(row.set()));
    }
    return width + GROUP_GAP;
  }

  private static void drawLegend(Picture picture, List<String> models, int left, int y) {
    int x = left;
    for (int i = 0; i < models.size(); i++) {
      int side = picture.font().height();
      picture.fill(colour(i), x, y, side, side);
      picture.text(models.get(i), x + side + 8, y, Picture.INK);
      x += side + 8 + picture.font().width(models.get(i)) + MARGIN;
    }
  }

  private static void drawGroup(Picture picture, Comparison.Row row, int x, int top, int group) {
    PixelFont font = picture.font();
    int bars = row.top1().size() * BAR;
    int left = x + (group - GROUP_GAP - bars) / 2;
    for (int i = 0; i < row.top1().size(); i++) {
      double share = Math.clamp(row.top1().get(i), 0, 1);
      int high = (int) Math.round(PLOT_HEIGHT * share);
      int y = top + PLOT_HEIGHT - high;
      picture.fill(colour(i), left + i * BAR + 4, y, BAR - 8, high);
      String label = Math.round(1000 * share) / 10.0 + "";
      int labelX = left + i * BAR + (BAR - font.width(label)) / 2;
      picture.text(label, labelX, y - font.height() - 4, Picture.INK);
    }
    int captionX = x + (group - GROUP_GAP - font.width(row.set())) / 2;
    picture.text(row.set(), captionX, top + PLOT_HEIGHT + 12, Picture.INK);
  }

  private static Color colour(int model) {
    return COLOURS.get(model % COLOURS.size());
  }
}
