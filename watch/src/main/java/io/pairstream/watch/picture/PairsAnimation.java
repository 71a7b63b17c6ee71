package io.pairstream.watch.picture;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/// Draws clips in motion beside their augmented selves, as an animated GIF that runs for ever.
public final class PairsAnimation {
  private static final String ENDING = ".gif";
  private static final int MARGIN = 16;
  private static final int GAP = 2;
  private static final int CELL_GAP = 20;
  private static final int COLUMNS = 4;
  private static final int CAPTION = 44;

  /// Hundredths of a second.
  private static final int FRAME_TIME = 16;

  private PairsAnimation() {}

  /// Whether a file's name asks for an animation.
  public static boolean isAskedFor(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(ENDING);
  }

  /// Writes the animation of at least one pair.
  ///
  /// @throws IOException when the file cannot be written
  public static void write(Path file, String title, List<PairsPicture.Pair> pairs)
      throws IOException {
    Layout layout = Layout.of(pairs);
    long frames = pairs.getFirst().original().shape().dim(0);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    ImageIO.setUseCache(false);
    Picture.replace(
        file,
        unfinished -> {
          // What lies there would be written over, and its end left behind.
          java.nio.file.Files.deleteIfExists(unfinished);
          try (ImageOutputStream out = ImageIO.createImageOutputStream(unfinished.toFile())) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int t = 0; t < frames; t++) {
              BufferedImage drawn = layout.draw(title, pairs, t);
              writer.writeToSequence(new IIOImage(drawn, null, metadata(writer, drawn)), null);
            }
            writer.endWriteSequence();
          } finally {
            writer.dispose();
          }
        });
  }

  /// How long a frame is shown, and that after the last one comes the first one.
  private static IIOMetadata metadata(ImageWriter writer, BufferedImage frame) throws IOException {
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(
            ImageTypeSpecifier.createFromRenderedImage(frame), writer.getDefaultWriteParam());
    String format = metadata.getNativeMetadataFormatName();
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
    IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("delayTime", Integer.toString(FRAME_TIME));
    control.setAttribute("transparentColorIndex", "0");
    root.appendChild(control);
    IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
    loop.setAttribute("applicationID", "NETSCAPE");
    loop.setAttribute("authenticationCode", "2.0");
    loop.setUserObject(new byte[] {1, 0, 0});
    IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
    extensions.appendChild(loop);
    root.appendChild(extensions);
    metadata.setFromTree(format, root);
    return metadata;
  }

  /// Where everything lies.
  ///
  /// @param columns pairs in a row
  /// @param rows of pairs
  /// @param shown the size of a frame
  private record Layout(Typeface face, int columns, int rows, PairsPicture.Shown shown) {
    static Layout of(List<PairsPicture.Pair> pairs) {
      int columns = Math.min(COLUMNS, pairs.size());
      int rows = Math.ceilDiv(pairs.size(), columns);
      PairsPicture.Shown shown = PairsPicture.Shown.of(pairs.getFirst().original());
      return new Layout(Typeface.load(), columns, rows, shown);
    }

    int cell() {
      return 2 * shown.width() + GAP;
    }

    BufferedImage draw(String title, List<PairsPicture.Pair> pairs, int t) {
      Typeface.Lettering heading = face.semibold(15);
      int top = MARGIN + heading.height() + MARGIN;
      int width = 2 * MARGIN + columns * (cell() + CELL_GAP) - CELL_GAP;
      try (Picture picture = new Picture(width, top + rows * (shown.height() + CAPTION))) {
        String head = heading.brief(title, width - 2 * MARGIN);
        picture.text(heading, head, MARGIN, MARGIN, Picture.INK);
        for (int i = 0; i < pairs.size(); i++) {
          int x = MARGIN + i % columns * (cell() + CELL_GAP);
          int y = top + i / columns * (shown.height() + CAPTION);
          pair(picture, pairs.get(i), t, x, y);
        }
        return picture.image();
      }
    }

    private void pair(Picture picture, PairsPicture.Pair pair, int t, int x, int y) {
      int wide = shown.width();
      int high = shown.height();
      picture.image(PairsPicture.frame(pair.original().row(t)), x, y, wide, high);
      picture.image(PairsPicture.frame(pair.augmented().row(t)), x + wide + GAP, y, wide, high);
      Typeface.Lettering names = face.semibold(12);
      Typeface.Lettering details = face.regular(12);
      String name = names.brief(pair.name(), cell());
      picture.text(names, name, x, y + high + 8, Picture.INK);
      int behind = names.width(name) + 8;
      if (behind < cell() - CELL_GAP) {
        String detail = details.brief(pair.detail(), cell() - behind);
        picture.text(details, detail, x + behind, y + high + 8, Picture.FAINT);
      }
    }
  }
}
