package io.pairstream.augment.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augment.ClipAugmentation;
import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every built-in augmentation of clips.
class BuiltinsTest {
  private static final AugmentationCatalog CATALOG = AugmentationCatalog.load();

  static List<ClipAugmentation> all() {
    return List.of(
        new AugMix(),
        new ChannelPermutation(),
        new ColorJitter(),
        new Cutout(),
        new GaussianBlur(),
        new Grayscale(),
        new HueJitter(),
        new RandAugment(),
        new RandomErasing(1, 0.02, 1.0 / 3, 0.3, 70));
  }

  @ParameterizedTest
  @MethodSource("all")
  void itsTextIsReadBackAsItself(ClipAugmentation augmentation) {
    assertThat(CATALOG.parse(augmentation.text()).text()).isEqualTo(augmentation.text());
    assertThat(CATALOG.all().stream().map(one -> one.name())).contains(augmentation.name());
  }

  @ParameterizedTest
  @MethodSource("all")
  void framesThatWereEqualStayEqual(ClipAugmentation augmentation) {
    int changed = 0;
    for (int clip = 0; clip < 40; clip++) {
      byte[] frame = noise(clip, 16 * 13 * 3);
      byte[] frames = repeated(frame, 4);
      augmentation.apply(new ClipPixels(frames, 0, 4, 16, 13), draws(clip), new Workspace());
      byte[] first = Arrays.copyOf(frames, frame.length);
      assertThat(frames).isEqualTo(repeated(first, 4));
      changed += Arrays.equals(first, frame) ? 0 : 1;
    }
    assertThat(changed).isGreaterThan(20);
  }

  @ParameterizedTest
  @MethodSource("all")
  void aClipOfOneFrameOrOnePixelIsAClipToo(ClipAugmentation augmentation) {
    for (int clip = 0; clip < 40; clip++) {
      for (int[] shape : new int[][] {{1, 1, 1}, {2, 1, 5}, {1, 7, 1}, {3, 2, 2}}) {
        byte[] frames = noise(clip, shape[0] * shape[1] * shape[2] * 3);
        augmentation.apply(
            new ClipPixels(frames, 0, shape[0], shape[1], shape[2]), draws(clip), new Workspace());
        assertThat(frames).hasSize(shape[0] * shape[1] * shape[2] * 3);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void theResultDependsOnTheDrawsAndNotOnWhatWasDoneBefore(ClipAugmentation augmentation) {
    Workspace used = new Workspace();
    for (int clip = 0; clip < 10; clip++) {
      byte[] once = noise(clip, 2 * 9 * 8 * 3);
      byte[] again = once.clone();
      augmentation.apply(new ClipPixels(once, 0, 2, 9, 8), draws(clip), new Workspace());
      augmentation.apply(new ClipPixels(again, 0, 2, 9, 8), draws(clip), used);
      assertThat(again).isEqualTo(once);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hue-jitter(p=0.3)",
        "color-jitter(p=0.3)",
        "channel-permutation(p=0.3)",
        "grayscale(p=0.3)",
        "gaussian-blur(min=1,p=0.3)",
        "random-erasing(p=0.3,most=0.2)",
        "cutout(p=0.3)",
      })
  void theProbabilitySaysWhichShareOfTheClipsIsChanged(String text) {
    ClipAugmentation augmentation = parsed(text);
    int changed = 0;
    for (int clip = 0; clip < 2_000; clip++) {
      byte[] before = noise(clip, 9 * 9 * 3);
      byte[] after = before.clone();
      augmentation.apply(new ClipPixels(after, 0, 1, 9, 9), draws(clip), new Workspace());
      changed += Arrays.equals(before, after) ? 0 : 1;
    }
    assertThat(changed / 2_000.0).isBetween(0.26, 0.34);
  }

  @Test
  void theHueOfAClipIsTurnedByAShareOfTheCircleThatIsUniform() {
    // Pure red shows the position on the hexagon in full.
    int[] sixths = new int[6];
    for (int clip = 0; clip < 6_000; clip++) {
      byte[] red = {(byte) 255, 0, 0};
      new HueJitter().apply(new ClipPixels(red, 0, 1, 1, 1), draws(clip), new Workspace());
      float hue = java.awt.Color.RGBtoHSB(red[0] & 0xFF, red[1] & 0xFF, red[2] & 0xFF, null)[0];
      sixths[Math.min((int) (hue * 6), 5)]++;
    }
    assertThat(Arrays.stream(sixths)).allMatch(count -> count > 880 && count < 1120);
    for (int clip = 0; clip < 100; clip++) {
      byte[] red = {(byte) 255, 0, 0};
      new HueJitter(0.1, 1).apply(new ClipPixels(red, 0, 1, 1, 1), draws(clip), new Workspace());
      float hue = java.awt.Color.RGBtoHSB(red[0] & 0xFF, red[1] & 0xFF, red[2] & 0xFF, null)[0];
      assertThat(Math.min(hue, 1 - hue)).isLessThanOrEqualTo(0.101f);
    }
  }

  @Test
  void eachOfTheFiveOrdersThatChangeSomethingIsEquallyLikely() {
    java.util.Map<String, Integer> counts = new java.util.TreeMap<>();
    for (int clip = 0; clip < 5_000; clip++) {
      byte[] pixel = {0, 1, 2};
      new ChannelPermutation()
          .apply(new ClipPixels(pixel, 0, 1, 1, 1), draws(clip), new Workspace());
      counts.merge(Arrays.toString(pixel), 1, Integer::sum);
    }
    assertThat(counts).hasSize(5).doesNotContainKey("[0, 1, 2]");
    assertThat(counts.values()).allMatch(count -> count > 880 && count < 1120);
  }

  @Test
  void eachFactorOfColorJitterIsUniformAroundOne() {
    // Of a dark grey beside a light one, brightness moves both and contrast moves them apart.
    for (ColorJitter jitter :
        List.of(new ColorJitter(0.5, 0, 0, 0, 1), new ColorJitter(0, 0.5, 0, 0, 1))) {
      int[] tenths = new int[10];
      for (int clip = 0; clip < 5_000; clip++) {
        byte[] greys = {50, 50, 50, (byte) 150, (byte) 150, (byte) 150};
        jitter.apply(new ClipPixels(greys, 0, 1, 1, 2), draws(clip), new Workspace());
        double factor = ((greys[3] & 0xFF) - (greys[0] & 0xFF)) / 100.0;
        assertThat(factor).isBetween(0.49, 1.51);
        tenths[Math.clamp((int) ((factor - 0.5) * 10), 0, 9)]++;
      }
      assertThat(Arrays.stream(tenths)).allMatch(count -> count > 400 && count < 600);
    }
    // Grey has neither saturation nor hue.
    byte[] grey = {50, 50, 50, (byte) 150, (byte) 150, (byte) 150};
    byte[] after = grey.clone();
    new ColorJitter(0, 0, 1, 0.5, 1)
        .apply(new ClipPixels(after, 0, 1, 1, 2), draws(1), new Workspace());
    assertThat(after).isEqualTo(grey);
  }

  @Test
  void anErasedBoxHasTheAreaAndTheShapeThatWereAskedFor() {
    RandomErasing erasing = new RandomErasing(1, 0.05, 0.2, 0.5, 255);
    int erased = 0;
    for (int clip = 0; clip < 300; clip++) {
      byte[] black = new byte[2 * 60 * 80 * 3];
      erasing.apply(new ClipPixels(black, 0, 2, 60, 80), draws(clip), new Workspace());
      int left = 80;
      int right = -1;
      int upper = 60;
      int lower = -1;
      int count = 0;
      for (int i = 0; i < 60 * 80; i++) {
        if (black[3 * i] != 0) {
          left = Math.min(left, i % 80);
          right = Math.max(right, i % 80);
          upper = Math.min(upper, i / 80);
          lower = Math.max(lower, i / 80);
          count++;
        }
      }
      int width = right - left + 1;
      int height = lower - upper + 1;
      assertThat(count).isEqualTo(width * height);
      assertThat(count / 4800.0).isBetween(0.045, 0.21);
      assertThat((double) height / width).isBetween(0.45, 2.2);
      erased++;
    }
    assertThat(erased).isEqualTo(300);
  }

  @Test
  void erasingWithNoiseGivesEachFrameItsOwn() {
    byte[] black = new byte[2 * 40 * 40 * 3];
    new RandomErasing(1, 0.3, 0.3, 1, RandomErasing.NOISE)
        .apply(new ClipPixels(black, 0, 2, 40, 40), draws(3), new Workspace());
    byte[] first = Arrays.copyOf(black, black.length / 2);
    byte[] second = Arrays.copyOfRange(black, black.length / 2, black.length);
    assertThat(first).isNotEqualTo(second);
    // The same box: a pixel is black in both or, but for chance, in neither.
    for (int i = 0; i < first.length; i += 3) {
      boolean inFirst = (first[i] | first[i + 1] | first[i + 2]) != 0;
      boolean inSecond = (second[i] | second[i + 1] | second[i + 2]) != 0;
      assertThat(inFirst).isEqualTo(inSecond);
    }
  }

  @Test
  void cutoutTakesASquareAroundAnyPixel() {
    int[] sizes = new int[21];
    for (int clip = 0; clip < 200; clip++) {
      byte[] black = new byte[20 * 30 * 3];
      new Cutout().apply(new ClipPixels(black, 0, 1, 20, 30), draws(clip), new Workspace());
      int grey = 0;
      for (byte value : black) {
        assertThat(value == 0 || value == (byte) 128).isTrue();
        grey += value == 0 ? 0 : 1;
      }
      assertThat(grey).isBetween(3 * 25, 3 * 100);
      sizes[grey / 3 / 5]++;
    }
    // Whole where the middle lies inside, cut elsewhere.
    assertThat(sizes[20]).isBetween(30, 110);
  }

  static ClipAugmentation parsed(String text) {
    return (ClipAugmentation)
        CATALOG
            .parse(text)
            .pair()
            .of(new io.pairstream.augment.BatchDraws(0, new BatchId(0, 0)))
            .getFirst()
            .augmentation();
  }

  static CounterRandom draws(int clip) {
    return CounterRandom.of(1, new BatchId(0, 0), clip, "test");
  }

  static byte[] noise(int seed, int bytes) {
    byte[] noise = new byte[bytes];
    CounterRandom random = CounterRandom.of(2, new BatchId(0, seed), 0, "noise");
    for (int i = 0; i < bytes; i++) {
      noise[i] = (byte) random.nextLong();
    }
    return noise;
  }

  private static byte[] repeated(byte[] frame, int times) {
    byte[] frames = new byte[frame.length * times];
    for (int t = 0; t < times; t++) {
      System.arraycopy(frame, 0, frames, t * frame.length, frame.length);
    }
    return frames;
  }
}
