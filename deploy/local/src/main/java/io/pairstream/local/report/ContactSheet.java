package io.pairstream.local.report;

import io.pairstream.augment.Augmentation;
import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.Tensor;
import io.pairstream.watch.picture.PairsPicture;
import io.pairstream.watch.picture.Picture;
import io.pairstream.watch.picture.Typeface;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One clip, and what each augmentation makes of it, in one picture.
public final class ContactSheet {
  private static final int MARGIN = 16;
  private static final int GAP = 4;
  private static final int COLUMNS = 2;

  /// How often is drawn until an augmentation that leaves some clips alone does something.
  private static final int TRIES = 100;

  private ContactSheet() {}

  /// A strip of frames.
  ///
  /// @param name in large letters
  /// @param parameters in small ones
  /// @param frames U8 [T,H,W,3]
  public record Strip(String name, String parameters, Tensor frames) {}

  /// Writes the picture as PNG.
  ///
  /// @param clip a batch of one clip
  /// @throws IOException when the file cannot be written
  public static void write(Path file, ClipBatch clip, AugmentationCatalog catalog, long seed)
      throws IOException {
    List<Strip> strips = new ArrayList<>();
    strips.add(new Strip("original", "", clip.frames().row(0)));
    for (Augmentation augmentation : catalog.all()) {
      if (!augmentation.text().equals("identity")) {
        strips.add(strip(clip, catalog, augmentation, seed));
      }
    }
    draw(file, strips);
  }

  private static Strip strip(
      ClipBatch clip, AugmentationCatalog catalog, Augmentation augmentation, long seed) {
    DrawnPairs pairs = new DrawnPairs(clip, catalog.parse(augmentation.text()), seed);
    Tensor frames = clip.frames();
    for (int i = 0; i < TRIES && frames.contentEquals(clip.frames()); i++) {
      PairBatch pair = pairs.draw(i);
      frames = pair.augmented().orElse(frames);
    }
    String parameters = augmentation.text().substring(augmentation.name().length());
    return new Strip(augmentation.name(), parameters, frames.row(0));
  }

  /// Draws strips in two columns, as PNG.
  ///
  /// @param strips of frames of one size
  /// @throws IOException when the file cannot be written
  public static void draw(Path file, List<Strip> strips) throws IOException {
    Tensor first = strips.getFirst().frames();
    int frames = Math.toIntExact(first.shape().dim(0));
    PairsPicture.Shown shown = PairsPicture.Shown.of(first);
    Typeface face = Typeface.load();
    Typeface.Lettering large = face.semibold(16);
    Typeface.Lettering small = face.regular(12);
    int column = frames * (shown.width() + GAP);
    for (Strip strip : strips) {
      column = Math.max(column, small.width(strip.parameters()));
    }
    int caption = large.height() + small.height() + 5 * GAP;
    int block = caption + shown.height() + MARGIN;
    int rows = Math.ceilDiv(strips.size(), COLUMNS);
    try (Picture picture =
        new Picture(MARGIN + COLUMNS * (column + MARGIN), MARGIN + rows * block)) {
      for (int i = 0; i < strips.size(); i++) {
        Strip strip = strips.get(i);
        int x = MARGIN + i % COLUMNS * (column + MARGIN);
        int y = MARGIN + i / COLUMNS * block;
        picture.text(large, strip.name(), x, y, Picture.INK);
        picture.text(small, strip.parameters(), x, y + large.height() + 2 * GAP, Picture.FAINT);
        for (int t = 0; t < frames; t++) {
          picture.image(
              PairsPicture.frame(strip.frames().row(t)),
              x + t * (shown.width() + GAP),
              y + caption,
              shown.width(),
              shown.height());
        }
      }
      picture.write(file);
    }
  }
}
