package io.pairstream.watch.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Letters of 5×7 dots, drawn as squares: a machine without fonts (many servers have none, and
/// Java's text drawing fails there) still gets captions, and the same ones everywhere.
public final class PixelFont {
  private static final int COLUMNS = 5;
  private static final int ROWS = 7;

  /// An empty box.
  private static final int[] UNKNOWN = {0x1F, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1F};

  private final Map<Integer, int[]> glyphs;
  private final int dot;

  private PixelFont(Map<Integer, int[]> glyphs, int dot) {
    this.glyphs = glyphs;
    this.dot = dot;
  }

  /// Reads the letters.
  ///
  /// @param dot pixels a dot is high and wide
  public static PixelFont load(int dot) {
    Map<Integer, int[]> glyphs = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    PixelFont.class.getResourceAsStream("pixel-font.txt"), "pixel-font.txt"),
                StandardCharsets.UTF_8))) {
      // A line is the character and its rows from the top, five bits each in hexadecimal: seven,
      // and
      // two more below the line where the letter has a foot.
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split(" ", -1);
        int[] rows = new int[fields.length - 1];
        for (int row = 0; row < rows.length; row++) {
          rows[row] = Integer.parseInt(fields[row + 1], 16);
        }
        glyphs.put(fields[0].codePointAt(0), rows);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PixelFont(glyphs, dot);
  }

  public PixelFont scaled(int newDot) {
    return new PixelFont(glyphs, newDot);
  }

  /// Pixels from the top of a letter to its line; some letters reach two dots below it.
  public int height() {
    return ROWS * dot;
  }

  /// Pixels that a text is wide.
  public int width(String text) {
    return text.codePointCount(0, text.length()) * (COLUMNS + 1) * dot;
  }

  /// Draws a text with its top left corner at (x,y); an unknown character is an empty box.
  public void draw(Graphics2D graphics, String text, int x, int y, Color colour) {
    graphics.setColor(colour);
    int left = x;
    for (int character : text.codePoints().toArray()) {
      if (character == ' ') {
        left += (COLUMNS + 1) * dot;
        continue;
      }
      int[] rows = glyphs.getOrDefault(character, UNKNOWN);
      for (int row = 0; row < rows.length; row++) {
        int bits = rows[row];
        for (int column = 0; column < COLUMNS; column++) {
          if ((bits >> (COLUMNS - 1 - column) & 1) == 1) {
            graphics.fillRect(left + column * dot, y + row * dot, dot, dot);
          }
        }
      }
      left += (COLUMNS + 1) * dot;
    }
  }
}
