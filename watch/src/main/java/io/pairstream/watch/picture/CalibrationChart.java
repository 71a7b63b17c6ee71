package io.pairstream.watch.picture;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Draws how often a model is right over how sure it is: bars on the diagonal would be calibrated,
/// bars below it are too sure. The grey strips beneath say where most of the answers are.
public final class CalibrationChart {
  private static final int MARGIN = 24;
  private static final int BAR = 36;
  private static final Color RIGHT = new Color(0x00, 0x72, 0xB2);
  private static final Color SURE = new Color(0xE6, 0x9F, 0x00);
  private static final Color MANY = new Color(0x99, 0x99, 0x99);

  /// The answers of a range of confidence.
  ///
  /// @param answers how many
  /// @param confidence their mean, NaN without answers
  /// @param accuracy the share that is right, NaN without answers
  public record Bar(int answers, double confidence, double accuracy) {}

  private CalibrationChart() {}

  /// Writes the chart as PNG.
  ///
  /// @param bars equally wide bins of confidence from 0 to 1
  /// @param error the expected calibration error, 0 to 1
  /// @throws IOException when the file cannot be written
  public static void write(Path file, List<Bar> bars, double error) throws IOException {
    PixelFont font = PixelFont.load(2);
    int line = font.height() + 8;
    int plot = bars.size() * BAR;
    ShareAxis axis = new ShareAxis(MARGIN + ShareAxis.LABELS, MARGIN + 3 * line, plot);
    int most = Math.max(1, bars.stream().mapToInt(Bar::answers).max().orElse(0));
    int width = axis.left() + plot + 2 * MARGIN;
    try (Picture picture = new Picture(width, axis.bottom() + 4 * line + MARGIN)) {
      String title = String.format(Locale.ROOT, "Calibration error %.1f%%", 100 * error);
      picture.text(title, MARGIN, MARGIN, Picture.INK);
      axis.draw(picture);
      picture.line(Picture.FAINT, axis.left(), axis.bottom(), axis.left() + plot, axis.top());
      for (int i = 0; i < bars.size(); i++) {
        draw(picture, axis, bars.get(i), axis.left() + i * BAR);
        int many = (int) Math.round((double) line * bars.get(i).answers() / most);
        picture.fill(MANY, axis.left() + i * BAR + 4, axis.bottom() + 8, BAR - 8, many);
      }
      int y = axis.bottom() + line + 16;
      String confidence = "confidence from 0 to 100%; grey: how many videos";
      picture.text(confidence, MARGIN, y, Picture.FAINT);
      picture.text("blue: accuracy; yellow: mean confidence", MARGIN, y + line, Picture.FAINT);
      picture.write(file);
    }
  }

  private static void draw(Picture picture, ShareAxis axis, Bar bar, int x) {
    if (bar.answers() == 0) {
      return;
    }
    int y = axis.y(bar.accuracy());
    picture.fill(RIGHT, x + 4, y, BAR - 8, axis.bottom() - y);
    picture.fill(SURE, x + 2, axis.y(bar.confidence()) - 2, BAR - 4, 4);
  }
}
