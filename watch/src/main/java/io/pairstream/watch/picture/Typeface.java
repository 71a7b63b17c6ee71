package io.pairstream.watch.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.GeneralPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.OTFParser;
import org.apache.fontbox.ttf.OpenTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/// The letters of all pictures: Inter, which lies beside this class.
///
/// They are drawn as outlines. Java's own text drawing asks the system's fontconfig and fails on a
/// machine without it, even with a font that a program brings along; so does every chart library
/// that draws its text with Java's. Outlines need nothing and look the same everywhere.
public final class Typeface {
  private final Weight regular;
  private final Weight semibold;

  private Typeface(Weight regular, Weight semibold) {
    this.regular = regular;
    this.semibold = semibold;
  }

  public static Typeface load() {
    return new Typeface(Weight.load("Inter-Regular.otf"), Weight.load("Inter-SemiBold.otf"));
  }

  /// @param pixels of an em
  public Lettering regular(double pixels) {
    return new Lettering(regular, pixels);
  }

  /// @param pixels of an em
  public Lettering semibold(double pixels) {
    return new Lettering(semibold, pixels);
  }

  /// One weight of it.
  private record Weight(OpenTypeFont font, CmapLookup glyphs, double unitsPerEm, double capHeight) {
    static Weight load(String file) {
      String path = "typeface/" + file;
      try (InputStream in = Objects.requireNonNull(Typeface.class.getResourceAsStream(path), path);
          RandomAccessReadBuffer bytes = new RandomAccessReadBuffer(in)) {
        OpenTypeFont font = new OTFParser().parse(bytes);
        return new Weight(
            font,
            font.getUnicodeCmapLookup(),
            font.getUnitsPerEm(),
            font.getOS2Windows().getCapHeight());
      } catch (IOException e) {
        throw new UncheckedIOException(path + " cannot be read", e);
      }
    }

    int glyph(int character) {
      return glyphs.getGlyphId(character);
    }

    double advance(int glyph) {
      try {
        return font.getAdvanceWidth(glyph);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    GeneralPath outline(int glyph) {
      try {
        return font.getCFF().getFont().getType2CharString(glyph).getPath();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// Text of one weight and size.
  public static final class Lettering {
    private static final String ELLIPSIS = "…";

    private final Weight weight;
    private final double scale;

    private Lettering(Weight weight, double pixels) {
      this.weight = weight;
      this.scale = pixels / weight.unitsPerEm();
    }

    /// Pixels from the top of a capital letter to the line it stands on.
    public int height() {
      return (int) Math.round(scale * weight.capHeight());
    }

    /// Pixels that a text is wide.
    public int width(String text) {
      double units = text.codePoints().mapToDouble(one -> weight.advance(weight.glyph(one))).sum();
      return (int) Math.ceil(scale * units);
    }

    /// The text, or as much of its beginning as fits.
    public String brief(String text, int most) {
      if (width(text) <= most) {
        return text;
      }
      int end = text.length();
      while (end > 0 && width(text.substring(0, end) + ELLIPSIS) > most) {
        end = text.offsetByCodePoints(end, -1);
      }
      return text.substring(0, end).stripTrailing() + ELLIPSIS;
    }

    /// Draws a text with the top left corner of its capital letters at (x,y).
    public void draw(Graphics2D graphics, String text, int x, int y, Color colour) {
      graphics.setColor(colour);
      double at = x;
      double line = y + height();
      for (int character : text.codePoints().toArray()) {
        int glyph = weight.glyph(character);
        AffineTransform place = new AffineTransform(scale, 0, 0, -scale, at, line);
        graphics.fill(place.createTransformedShape(weight.outline(glyph)));
        at += scale * weight.advance(glyph);
      }
    }
  }
}
