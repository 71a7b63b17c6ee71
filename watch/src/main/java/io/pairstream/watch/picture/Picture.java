package io.pairstream.watch.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;

/// A white canvas that becomes a PNG file; needs neither a display nor fonts.
public final class Picture implements AutoCloseable {
  public static final Color INK = new Color(0x1F, 0x23, 0x28);
  public static final Color FAINT = new Color(0x5F, 0x68, 0x71);
  public static final Color LINE = new Color(0xDD, 0xE1, 0xE5);

  /// Told apart by lightness too, for readers who do not see the hues (Okabe and Ito's palette).
  public static final Color BLUE = new Color(0x00, 0x72, 0xB2);

  public static final Color YELLOW = new Color(0xE6, 0x9F, 0x00);
  public static final Color GREY = new Color(0xA3, 0xA9, 0xB0);

  private final BufferedImage image;
  private final Graphics2D graphics;

  public Picture(int width, int height) {
    // Without this Java looks for a display on machines that have none.
    System.setProperty("java.awt.headless", "true");
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    fill(Color.WHITE, 0, 0, width, height);
  }

  /// Draws a text with the top left corner of its capital letters at (x,y).
  public void text(Typeface.Lettering lettering, String text, int x, int y, Color colour) {
    lettering.draw(graphics, text, x, y, colour);
  }

  public void fill(Color colour, int x, int y, int width, int height) {
    graphics.setColor(colour);
    graphics.fillRect(x, y, width, height);
  }

  /// A round dot around (x,y).
  public void dot(Color colour, int x, int y, int diameter) {
    graphics.setColor(colour);
    graphics.fillOval(x - diameter / 2, y - diameter / 2, diameter, diameter);
  }

  public void line(Color colour, int pixels, int fromX, int fromY, int toX, int toY) {
    graphics.setColor(colour);
    graphics.setStroke(new BasicStroke(pixels, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.drawLine(fromX, fromY, toX, toY);
  }

  /// Draws an image; one that is enlarged keeps its pixels square, one that is shrunk is smoothed.
  public void image(BufferedImage frame, int x, int y, int width, int height) {
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION,
        width < frame.getWidth()
            ? RenderingHints.VALUE_INTERPOLATION_BILINEAR
            : RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    graphics.drawImage(frame, x, y, width, height, null);
  }

  public BufferedImage image() {
    return image;
  }

  /// Writes the PNG; a reader never sees half of one.
  public void write(Path file) throws IOException {
    replace(
        file,
        unfinished -> {
          ImageIO.setUseCache(false);
          if (!ImageIO.write(image, "png", unfinished.toFile())) {
            throw new IOException("this Java runtime cannot write PNG files");
          }
        });
  }

  /// Writes a file's content.
  public interface Content {
    void write(Path unfinished) throws IOException;
  }

  /// Replaces a file when its new content is whole, and makes its folder.
  public static void replace(Path file, Content content) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    content.write(unfinished);
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    graphics.dispose();
  }
}
