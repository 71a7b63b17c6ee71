package io.pairstream.watch.picture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Draws how often a model is right over how sure it is: bars on the diagonal would be calibrated,
/// bars below it are too sure. The grey strips beneath say where most of the answers are.
public final class CalibrationChart {
  private static final int MARGIN = 24;
  private static final int BAR = 36;
  private static final int STRIP = 28;

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
    Typeface face = Typeface.load();
    Typeface.Lettering small = face.regular(13);
    int plot = bars.size() * BAR;
    ShareAxis axis = new ShareAxis(small, MARGIN + ShareAxis.LABELS, MARGIN + 76, plot);
    int most = Math.max(1, bars.stream().mapToInt(Bar::answers).max().orElse(0));
    int width = axis.left() + plot + 2 * MARGIN;
    try (Picture picture = new Picture(width, axis.bottom() + STRIP + 84 + MARGIN)) {
      String title = String.format(Locale.ROOT, "Calibration error %.1f %%", 100 * error);
      picture.text(face.semibold(20), title, MARGIN, MARGIN, Picture.INK);
      legend(picture, small, MARGIN + 32);
      axis.draw(picture);
      picture.line(Picture.FAINT, 1, axis.left(), axis.bottom(), axis.left() + plot, axis.top());
      for (int i = 0; i < bars.size(); i++) {
        int x = axis.left() + i * BAR;
        draw(picture, axis, bars.get(i), x);
        int answers = bars.get(i).answers();
        int many = answers == 0 ? 0 : Math.max(1, Math.round((float) STRIP * answers / most));
        picture.fill(Picture.GREY, x + 4, axis.bottom() + 36, BAR - 8, many);
      }
      for (int percent = 0; percent <= 100; percent += 20) {
        String label = Integer.toString(percent);
        int x = axis.left() + plot * percent / 100 - small.width(label) / 2;
        picture.text(small, label, x, axis.bottom() + 12, Picture.FAINT);
      }
      String caption = "confidence in %; grey: how many videos";
      picture.text(small, caption, axis.left(), axis.bottom() + STRIP + 36 + 20, Picture.FAINT);
      picture.write(file);
    }
  }

  private static void legend(Picture picture, Typeface.Lettering small, int y) {
    picture.fill(Picture.BLUE, MARGIN, y, 12, 12);
    picture.text(small, "accuracy", MARGIN + 20, y + 2, Picture.INK);
    int x = MARGIN + 20 + small.width("accuracy") + 24;
    picture.fill(Picture.YELLOW, x, y + 4, 16, 4);
    picture.text(small, "mean confidence", x + 24, y + 2, Picture.INK);
  }

  private static void draw(Picture picture, ShareAxis axis, Bar bar, int x) {
    if (bar.answers() == 0) {
      return;
    }
    int y = axis.y(bar.accuracy());
    picture.fill(Picture.BLUE, x + 4, y, BAR - 8, axis.bottom() - y);
    picture.fill(Picture.YELLOW, x + 2, axis.y(bar.confidence()) - 2, BAR - 4, 4);
  }
}
