package io.pairstream.watch.picture;

/// An axis of shares from 0 to 100 % on the left of a plot, with a line across for each tick.
///
/// @param lettering of its labels
/// @param left where the plot begins
/// @param top where it begins
/// @param width of the plot
record ShareAxis(Typeface.Lettering lettering, int left, int top, int width) {
  static final int PLOT_HEIGHT = 300;

  /// Pixels that its labels need on the left of the plot.
  static final int LABELS = 56;

  private static final int TICKS = 5;

  void draw(Picture picture) {
    for (int tick = 0; tick <= TICKS; tick++) {
      int y = y((double) tick / TICKS);
      String label = 100 * tick / TICKS + " %";
      int labelX = left - 12 - lettering.width(label);
      picture.text(lettering, label, labelX, y - lettering.height() / 2, Picture.FAINT);
      picture.fill(Picture.LINE, left, y, width, 1);
    }
  }

  /// Where a share lies.
  int y(double share) {
    return top + PLOT_HEIGHT - (int) Math.round(PLOT_HEIGHT * Math.clamp(share, 0, 1));
  }

  /// The lower end.
  int bottom() {
    return top + PLOT_HEIGHT;
  }
}
