package io.pairstream.augment.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Enhance;
import io.pairstream.augment.pixel.Tables;
import io.pairstream.augment.pixel.Warp;
import io.pairstream.augment.pixel.Warp.Interpolation;
import io.pairstream.augment.pixel.Workspace;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// RandAugment and AugMix, by the operations that they are made of (which PilGoldenTest compares
/// with PIL).
class RandAugmentTest {
  private static final int HEIGHT = 24;
  private static final int WIDTH = 20;
  private static final byte[] PICTURE = BuiltinsTest.noise(5, HEIGHT * WIDTH * 3);
  private static final Warp BICUBIC = new Warp(Interpolation.BICUBIC, 128);
  private static final Warp BILINEAR = new Warp(Interpolation.BILINEAR, 128);

  /// What each of the 15 operations does at level 7, either way: the figures of rand-m7-…-inc1.
  private static Map<String, byte[]> levelSeven() {
    Workspace scratch = new Workspace();
    Map<String, Consumer<ClipPixels>> known = new LinkedHashMap<>();
    known.put("autocontrast", Tables::autoContrast);
    known.put("equalize", Tables::equalize);
    known.put("invert", Tables::invert);
    known.put("posterize", clip -> Tables.posterize(clip, 2));
    known.put("solarize", clip -> Tables.solarize(clip, 77));
    known.put("solarize-add", clip -> Tables.solarizeAdd(clip, 77, 128));
    for (int sign : new int[] {1, -1}) {
      known.put("rotate" + sign, clip -> BICUBIC.rotate(clip, sign * 21.0, scratch));
      known.put("color" + sign, clip -> Enhance.saturation(clip, 1 + sign * 0.63));
      known.put("contrast" + sign, clip -> Enhance.contrast(clip, 1 + sign * 0.63));
      known.put("brightness" + sign, clip -> Enhance.brightness(clip, 1 + sign * 0.63));
      known.put("sharpness" + sign, clip -> Enhance.sharpness(clip, 1 + sign * 0.63, scratch));
      known.put("shear-x" + sign, clip -> BICUBIC.shearX(clip, sign * 0.21, scratch));
      known.put("shear-y" + sign, clip -> BICUBIC.shearY(clip, sign * 0.21, scratch));
      known.put(
          "translate-x" + sign, clip -> BICUBIC.translate(clip, sign * 0.315 * WIDTH, 0, scratch));
      known.put(
          "translate-y" + sign, clip -> BICUBIC.translate(clip, 0, sign * 0.315 * HEIGHT, scratch));
    }
    Map<String, byte[]> results = new LinkedHashMap<>();
    known.forEach((name, operation) -> {
      byte[] result = PICTURE.clone();
      operation.accept(new ClipPixels(result, 0, 1, HEIGHT, WIDTH));
      results.put(name, result);
    });
    return results;
  }

  @Test
  void oneOfFifteenOperationsIsDrawnAndDoneWithProbabilityOneHalf() {
    Map<String, byte[]> known = levelSeven();
    RandAugment one = new RandAugment(1, 7, 0, 0.5, BICUBIC);
    Map<String, Integer> counts = new TreeMap<>();
    for (int clip = 0; clip < 6_000; clip++) {
      byte[] result = PICTURE.clone();
      one.apply(
          new ClipPixels(result, 0, 1, HEIGHT, WIDTH), BuiltinsTest.draws(clip), new Workspace());
      counts.merge(
          Arrays.equals(result, PICTURE) ? "none" : nearest(result, known), 1, Integer::sum);
    }
    // Noise fills the range of levels, so that autocontrast changes nothing.
    assertThat(counts.remove("none")).isBetween(3_000 + 100, 3_000 + 300);
    counts.forEach((name, count) ->
        assertThat(count)
            .as(name)
            .isBetween(name.endsWith("1") ? 60 : 140, name.endsWith("1") ? 140 : 265));
    assertThat(counts).hasSize(5 + 18);
  }

  /// The operation whose result is this one, up to a truncation that the last bits of an argument
  /// tip.
  private static String nearest(byte[] result, Map<String, byte[]> known) {
    for (Map.Entry<String, byte[]> entry : known.entrySet()) {
      int gap = 0;
      for (int i = 0; i < result.length && gap <= 1; i++) {
        gap = Math.max(gap, Math.abs((result[i] & 0xFF) - (entry.getValue()[i] & 0xFF)));
      }
      if (gap <= 1) {
        return entry.getKey();
      }
    }
    throw new AssertionError("none of the operations at level 7 gives this");
  }

  @Test
  void withoutOperationsNothingHappens() {
    byte[] result = PICTURE.clone();
    for (RandAugment none :
        new RandAugment[] {
          new RandAugment(0, 7, 0.5, 1, BICUBIC), new RandAugment(4, 7, 0.5, 0, BICUBIC)
        }) {
      none.apply(
          new ClipPixels(result, 0, 1, HEIGHT, WIDTH), BuiltinsTest.draws(1), new Workspace());
      assertThat(result).isEqualTo(PICTURE);
    }
  }

  @Test
  void theDefaultsAreTheParametersThatUniFormerIsTrainedWith() {
    assertThat(new RandAugment().text())
        .isEqualTo("randaugment(n=4,m=7,std=0.5,p=0.5,fill=128,interpolation=bicubic)");
    assertThat(BuiltinsTest.parsed("randaugment(n=2,interpolation=bilinear)").text())
        .isEqualTo("randaugment(n=2,m=7,std=0.5,p=0.5,fill=128,interpolation=bilinear)");
  }

  /// With a large alpha the weights are nearly certain: half of the picture stays, and the chains
  /// share the other half equally.
  @Test
  void augMixIsHalfThePictureAndTheMeanOfItsChains() {
    AugMix mix = new AugMix(1, 1, 0.1, 1000);
    // A severity of 0.1 leaves one level for every operation.
    Map<String, byte[]> chains = new LinkedHashMap<>();
    Workspace scratch = new Workspace();
    for (Operation operation : Operation.values()) {
      for (boolean otherWay : new boolean[] {true, false}) {
        byte[] result = PICTURE.clone();
        operation.apply(
            new ClipPixels(result, 0, 1, HEIGHT, WIDTH),
            0.1,
            otherWay,
            new Operation.Geometry(BILINEAR, 1.0 / 3),
            scratch);
        chains.put(operation + " " + otherWay, result);
      }
    }
    int found = 0;
    for (int clip = 0; clip < 100; clip++) {
      byte[] result = PICTURE.clone();
      mix.apply(
          new ClipPixels(result, 0, 1, HEIGHT, WIDTH), BuiltinsTest.draws(clip), new Workspace());
      found += chains.values().stream().anyMatch(chain -> isMean(result, chain)) ? 1 : 0;
    }
    assertThat(found).isEqualTo(100);
  }

  /// Whether each value lies where a weight of about a half puts it.
  private static boolean isMean(byte[] result, byte[] chain) {
    for (int i = 0; i < result.length; i++) {
      double before = PICTURE[i] & 0xFF;
      double after = chain[i] & 0xFF;
      // Beta(1000,1000) has a standard deviation of 0.011.
      double slack = 0.5 + 0.05 * Math.abs(after - before) + 1e-3;
      if (Math.abs((result[i] & 0xFF) - (before + after) / 2) > slack) {
        return false;
      }
    }
    return true;
  }

  @Test
  void theWeightsOfAugMixAreADirichletDraw() {
    // All chains of one operation that changes nothing here leave the picture, whatever the
    // weights: they add up to one.
    byte[] grey = new byte[HEIGHT * WIDTH * 3];
    Arrays.fill(grey, (byte) 128);
    for (int clip = 0; clip < 200; clip++) {
      byte[] result = grey.clone();
      new AugMix(3, 0, 0.1, 1)
          .apply(
              new ClipPixels(result, 0, 1, HEIGHT, WIDTH),
              BuiltinsTest.draws(clip),
              new Workspace());
      assertThat(result).isEqualTo(grey);
    }
  }
}
