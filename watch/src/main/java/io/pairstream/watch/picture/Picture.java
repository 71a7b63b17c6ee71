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
  public static final Color INK = new Color(0x20, 0x20, 0x20);
  public static final Color FAINT = new Color(0x70, 0x70, 0x70);
  public static final Color LINE = new Color(0xD8, 0xD8, 0xD8);

  private final BufferedImage image;
  private final Graphics2D graphics;
  private final PixelFont font = PixelFont.load(2);

  public Picture(int width, int height) {
    // Without this Java looks for a display on machines that have none.
    System.setProperty("java.awt.headless", "true");
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    fill(Color.WHITE, 0, 0, width, height);
  }

  public PixelFont font() {
    return font;
  }

  public void text(String text, int x, int y, Color colour) {
    font.draw(graphics, text, x, y, colour);
  }

  public void text(PixelFont otherFont, String text, int x, int y, Color colour) {
    otherFont.draw(graphics, text, x, y, colour);
  }

  public void fill(Color colour, int x, int y, int width, int height) {
    graphics.setColor(colour);
    graphics.fillRect(x, y, width, height);
  }

  /// A line three pixels wide.
  public void line(Color colour, int fromX, int fromY, int toX, int toY) {
    graphics.setColor(colour);
    graphics.setStroke(new BasicStroke(3));
    graphics.drawLine(fromX, fromY, toX, toY);
  }

  public void image(BufferedImage frame, int x, int y, int width, int height) {
    if (width < frame.getWidth()) {
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    }
    graphics.drawImage(frame, x, y, width, height, null);
  }

  /// Writes the PNG; a reader never sees half of one.
  public void write(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    ImageIO.setUseCache(false);
    if (!ImageIO.write(image, "png", unfinished.toFile())) {
      throw new IOException("this Java runtime cannot write PNG files");
    }
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    graphics.dispose();
  }
}
