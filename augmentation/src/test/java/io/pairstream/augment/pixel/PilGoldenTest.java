package io.pairstream.augment.pixel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pairstream.augment.pixel.Warp.Interpolation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Two pictures, as two frames of a clip, become what PIL made of each of them: the numbers of
/// `src/test/python/pil_golden.py`.
class PilGoldenTest {
  private static final JsonNode GOLDEN = read();
  private static final int WIDTH = GOLDEN.get("width").asInt();
  private static final int HEIGHT = GOLDEN.get("height").asInt();

  /// One operation of the file.
  record Case(String name, double argument, byte[] expected) {
    @Override
    public String toString() {
      return name + "(" + argument + ")";
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (JsonNode one : GOLDEN.get("cases")) {
      double argument = one.get("arguments").path(0).asDouble();
      cases.add(new Case(one.get("name").asText(), argument, pixels(one)));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatPilMakesOfAPictureIsMadeOfEachFrame(Case golden) {
    // The clip is not alone in its array: what lies around it must stay.
    byte[] input = pixels(GOLDEN);
    byte[] data = new byte[input.length + 10];
    System.arraycopy(input, 0, data, 5, input.length);
    ClipPixels clip = new ClipPixels(data, 5, 2, HEIGHT, WIDTH);
    apply(golden, clip);
    for (int i = 0; i < 5; i++) {
      assertThat(data[i]).isZero();
      assertThat(data[data.length - 1 - i]).isZero();
    }
    // Positions are computed in another order than PIL does, which may tip a truncation.
    int tolerance = golden.name().endsWith("linear") || golden.name().endsWith("cubic") ? 1 : 0;
    int different = 0;
    for (int i = 0; i < input.length; i++) {
      int gap = Math.abs((data[5 + i] & 0xFF) - (golden.expected()[i] & 0xFF));
      assertThat(gap).as("byte " + i).isLessThanOrEqualTo(tolerance);
      different += gap;
    }
    assertThat(different).isLessThan(input.length / 50);
  }

  private static void apply(Case golden, ClipPixels clip) {
    Workspace workspace = new Workspace();
    double argument = golden.argument();
    int level = (int) argument;
    switch (golden.name()) {
      case "brightness" -> Enhance.brightness(clip, argument);
      case "contrast" -> Enhance.contrast(clip, argument);
      case "saturation" -> Enhance.saturation(clip, argument);
      case "sharpness" -> Enhance.sharpness(clip, argument, workspace);
      case "posterize" -> Tables.posterize(clip, level);
      case "solarize" -> Tables.solarize(clip, level);
      case "invert" -> Tables.invert(clip);
      case "autocontrast" -> Tables.autoContrast(clip);
      case "equalize" -> Tables.equalize(clip);
      case "grey" -> Luma.grey(clip);
      default -> {
        int end = golden.name().lastIndexOf('-');
        String how = golden.name().substring(end + 1).toUpperCase(Locale.ROOT);
        Warp warp = new Warp(Interpolation.valueOf(how), 128);
        switch (golden.name().substring(0, end)) {
          case "rotate" -> warp.rotate(clip, argument, workspace);
          case "shear-x" -> warp.shearX(clip, argument, workspace);
          case "shear-y" -> warp.shearY(clip, argument, workspace);
          case "translate-x" -> warp.translate(clip, argument, 0, workspace);
          case "translate-y" -> warp.translate(clip, 0, argument, workspace);
          default -> throw new IllegalArgumentException(golden.name());
        }
      }
    }
  }

  private static byte[] pixels(JsonNode node) {
    byte[] pixels = new byte[2 * HEIGHT * WIDTH * 3];
    for (int i = 0; i < 2; i++) {
      byte[] one = Base64.getDecoder().decode(node.get("pictures").get(i).asText());
      System.arraycopy(one, 0, pixels, i * one.length, one.length);
    }
    return pixels;
  }

  private static JsonNode read() {
    try (InputStream in = PilGoldenTest.class.getResourceAsStream("/golden/pil.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
