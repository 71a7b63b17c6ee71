package io.pairstream.watch.picture;

import io.pairstream.clip.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/// Draws clips and their augmented selves: all frames of a clip in a row, the augmented ones below
/// them.
public final class PairsPicture {
  private static final int MARGIN = 16;
  private static final int GAP = 4;
  private static final int SPACE = 12;

  /// Pixels that captions may take, however small the frames are.
  private static final int LEAST_TEXT = 640;

  private static final int SMALLEST_FRAME = 80;
  private static final int LARGEST_FRAME = 160;

  private PairsPicture() {}

  /// One clip and what became of it.
  ///
  /// @param name for example the class
  /// @param detail for example λ, channel order and clip
  /// @param original U8 [T,H,W,3] RGB
  /// @param augmented same type and shape
  public record Pair(String name, String detail, Tensor original, Tensor augmented) {
    public Pair {
      if (!original.shape().equals(augmented.shape()) || original.shape().rank() != 4) {
        throw new IllegalArgumentException(
            "original " + original.shape() + ", augmented " + augmented.shape());
      }
    }
  }

  /// Writes the picture of at least one pair as PNG.
  ///
  /// @throws IOException when the file cannot be written
  public static void write(Path file, String title, List<Pair> pairs) throws IOException {
    Tensor first = pairs.getFirst().original();
    int frames = Math.toIntExact(first.shape().dim(0));
    Shown shown = Shown.of(first);
    int shownHeight = shown.height();
    int shownWidth = shown.width();
    Typeface face = Typeface.load();
    Typeface.Lettering heading = face.semibold(18);
    Typeface.Lettering names = face.semibold(14);
    Typeface.Lettering details = face.regular(14);
    int caption = names.height() + 2 * GAP;
    int block = caption + 2 * (shownHeight + GAP) + MARGIN;
    int strip = frames * (shownWidth + GAP);
    int room = Math.max(strip - GAP, LEAST_TEXT);
    int textWidth = heading.width(heading.brief(title, room));
    for (Pair pair : pairs) {
      int width = names.width(pair.name()) + SPACE + details.width(pair.detail());
      textWidth = Math.max(textWidth, Math.min(room, width));
    }
    int pictureWidth = 2 * MARGIN + Math.max(strip - GAP, textWidth);
    try (Picture picture =
        new Picture(pictureWidth, MARGIN + caption + MARGIN + pairs.size() * block)) {
      picture.text(heading, heading.brief(title, room), MARGIN, MARGIN, Picture.INK);
      int y = 2 * MARGIN + caption;
      for (Pair pair : pairs) {
        String name = names.brief(pair.name(), room);
        int behind = names.width(name) + SPACE;
        picture.text(names, name, MARGIN, y, Picture.INK);
        String detail = details.brief(pair.detail(), room - behind);
        picture.text(details, detail, MARGIN + behind, y, Picture.FAINT);
        for (int t = 0; t < frames; t++) {
          int x = MARGIN + t * (shownWidth + GAP);
          int top = y + caption;
          picture.image(frame(pair.original().row(t)), x, top, shownWidth, shownHeight);
          int below = top + shownHeight + GAP;
          picture.image(frame(pair.augmented().row(t)), x, below, shownWidth, shownHeight);
        }
        y += block;
      }
      picture.write(file);
    }
  }

  /// The size at which frames are drawn.
  public record Shown(int width, int height) {
    /// @param frames [T,H,W,3]
    public static Shown of(Tensor frames) {
      double height = frames.shape().dim(1);
      double width = frames.shape().dim(2);
      // Whole multiples enlarge tiny frames, so that their pixels stay square.
      double scale =
          height < SMALLEST_FRAME
              ? Math.ceil(SMALLEST_FRAME / height)
              : Math.min(1, LARGEST_FRAME / height);
      return new Shown((int) Math.round(width * scale), (int) Math.round(height * scale));
    }
  }

  /// An [H,W,3] tensor as an image.
  public static BufferedImage frame(Tensor rgb) {
    int height = Math.toIntExact(rgb.shape().dim(0));
    int width = Math.toIntExact(rgb.shape().dim(1));
    MemorySegment data = rgb.data();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    long at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++, at += 3) {
        int red = data.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
        int green = data.get(ValueLayout.JAVA_BYTE, at + 1) & 0xFF;
        int blue = data.get(ValueLayout.JAVA_BYTE, at + 2) & 0xFF;
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return image;
  }
}
