package io.pairstream.crop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.crop.FrameView.Box;
import io.pairstream.testing.Golden;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CropRuleTest {

  @Test
  void multiScaleCropsHaveTheReferencesSizesAndPlaces() {
    Size clip = square(golden2d().get("input_size").intValue());
    assertThat(golden2d().get("cases")).isNotEmpty();
    for (JsonNode one : golden2d().get("cases")) {
      int[] wh = Golden.ints(one.get("image_wh"));
      MultiScaleCrop crop = MultiScaleCrop.of(new Size(wh[0], wh[1]), clip);
      JsonNode pairs = one.get("crop_pairs_wh");
      assertThat(crop.sizes()).hasSize(pairs.size());
      for (int i = 0; i < pairs.size(); i++) {
        int[] pair = Golden.ints(pairs.get(i));
        Size size = new Size(pair[0], pair[1]);
        assertThat(crop.sizes().get(i)).isEqualTo(size);
        JsonNode offsets = one.get("offsets_xy_for_pair").get(String.valueOf(i));
        for (int j = 0; offsets != null && j < offsets.size(); j++) {
          int[] xy = Golden.ints(offsets.get(j));
          assertThat(crop.boxes(size).get(j))
              .isEqualTo(new Box(xy[0], xy[1], size.width(), size.height()));
        }
      }
    }
  }

  @Test
  void trainingReachesEverySizeAtEveryPlace() {
    Size frame = new Size(340, 256);
    Set<Box> drawn = new HashSet<>();
    Set<Box> all = new HashSet<>();
    MultiScaleCrop crop = MultiScaleCrop.of(frame, square(224));
    crop.sizes().forEach(size -> all.addAll(crop.boxes(size)));
    for (int clip = 0; clip < 3_000; clip++) {
      CounterRandom random = CounterRandom.of(0, new BatchId(0, 0), clip, "crop");
      drawn.add(CropRule.MULTISCALE.training(frame, square(224), random).box());
    }
    assertThat(drawn).isEqualTo(all);
  }

  @Test
  void everyCropLiesInsideEvenOfTheOddestFrames() {
    int[] sides = {1, 2, 3, 5, 16, 37, 223, 224, 227, 4096};
    for (int width : sides) {
      for (int height : sides) {
        for (Size clip : new Size[] {square(1), square(40), square(224), new Size(112, 64)}) {
          Size frame = new Size(width, height);
          MultiScaleCrop crop = MultiScaleCrop.of(frame, clip);
          for (Size size : crop.sizes()) {
            for (Box box : crop.boxes(size)) {
              assertThat(box.x() + box.width())
                  .as("%s of %s", box, frame)
                  .isLessThanOrEqualTo(width);
              assertThat(box.y() + box.height()).isLessThanOrEqualTo(height);
            }
          }
          for (CropRule rule :
              List.of(CropRule.MULTISCALE, new ShortSide(224, 250), RandomResized.USUAL)) {
            assertInside(rule.validation(frame, clip), frame, clip);
            assertInside(rule.training(frame, clip, random(width + height)), frame, clip);
          }
        }
      }
    }
  }

  @Test
  void validationScalesTheShortSideTo256For224() {
    FrameView landscape = CropRule.MULTISCALE.validation(new Size(340, 256), square(224));
    assertThat(landscape.scaled()).isEqualTo(new Size(340, 256));
    assertThat(landscape.window()).isEqualTo(new Box(58, 16, 224, 224));
    FrameView portrait = CropRule.MULTISCALE.validation(new Size(576, 1024), square(224));
    assertThat(portrait.scaled()).isEqualTo(new Size(256, 455));
    assertThat(portrait.window()).isEqualTo(new Box(16, 116, 224, 224));
  }

  @Test
  void wholeShowsTheWholeFrame() {
    Size frame = new Size(48, 30);
    FrameView view = CropRule.WHOLE.validation(frame, square(40));
    assertThat(view.box()).isEqualTo(new Box(0, 0, 48, 30));
    assertThat(view.window()).isEqualTo(new Box(0, 0, 40, 40));
    CounterRandom random = CounterRandom.of(0, new BatchId(0, 0), 0, "crop");
    assertThat(CropRule.WHOLE.training(frame, square(40), random)).isEqualTo(view);
  }

  @Test
  void shortSidesHaveTheReferencesSizesAndCentres() {
    assertThat(golden3d().get("scale_and_crop")).isNotEmpty();
    for (JsonNode one : golden3d().get("scale_and_crop")) {
      int[] hw = Golden.ints(one.get("hw"));
      int[] scaled = Golden.ints(one.get("scaled_hw"));
      int side = one.get("short_side").intValue();
      int[] offsets = Golden.ints(one.get("uniform_crop_offsets_yx_for_spatial_idx_0_1_2").get(1));
      FrameView view = new ShortSide(side, side).validation(new Size(hw[1], hw[0]), square(side));
      assertThat(view.scaled()).isEqualTo(new Size(scaled[1], scaled[0]));
      assertThat(view.window()).isEqualTo(new Box(offsets[1], offsets[0], side, side));
    }
  }

  @Test
  void shortSidesAreDrawnWithUniformInverseAndPlacesShortOfTheLast() {
    ShortSide rule = new ShortSide(256, 320);
    double inverses = 0;
    Set<Integer> sides = new HashSet<>();
    Set<Integer> columns = new HashSet<>();
    for (int clip = 0; clip < 4_000; clip++) {
      FrameView view = rule.training(new Size(640, 480), square(224), random(clip));
      int side = view.scaled().height();
      sides.add(side);
      inverses += 1.0 / side / 4_000;
      assertThat(view.scaled().width()).isEqualTo((int) (side * 640.0 / 480));
      if (side == 256) {
        columns.add(view.window().x());
      }
    }
    assertThat(sides).hasSize(65);
    assertThat(inverses).isCloseTo((1 / 256.0 + 1 / 320.0) / 2, within(1e-5));
    assertThat(columns).allMatch(x -> x < 341 - 224);
  }

  @Test
  void aShortSideSmallerThanTheClipIsRefused() {
    assertThatThrownBy(() -> new ShortSide(200, 320).requireFits(square(224)))
        .hasMessage(
            "clips of 224x224 are larger than the short side of 200 that crop short-side:200-320"
                + " gives");
  }

  @Test
  void randomResizedBoxesHaveUniformAreasAndLogUniformShapes() {
    CropRule rule = CropRule.parse("random-resized:0.2-0.4");
    Size frame = new Size(1000, 1000);
    double areas = 0;
    double logs = 0;
    double squares = 0;
    for (int clip = 0; clip < 4_000; clip++) {
      Box box = rule.training(frame, square(224), random(clip)).box();
      double area = box.width() * box.height() / 1e6;
      double log = Math.log((double) box.width() / box.height()) / Math.log(4.0 / 3);
      assertThat(area).isBetween(0.198, 0.402);
      assertThat(log).isBetween(-1.02, 1.02);
      areas += area / 4_000;
      logs += log / 4_000;
      squares += log * log / 4_000;
    }
    assertThat(areas).isCloseTo(0.3, within(0.005));
    assertThat(logs).isCloseTo(0, within(0.04));
    assertThat(squares).isCloseTo(1 / 3.0, within(0.02));
  }

  @Test
  void aFrameThatNoBoxFitsGivesItsLargestCentre() {
    CropRule rule = CropRule.parse("random-resized:1-1");
    assertThat(rule.training(new Size(400, 100), square(50), random(0)).box())
        .isEqualTo(new Box(133, 0, 133, 100));
    assertThat(rule.training(new Size(100, 400), square(50), random(0)).box())
        .isEqualTo(new Box(0, 133, 100, 133));
    assertThat(RandomResized.largest(new Size(120, 100), square(50)))
        .isEqualTo(new Box(0, 0, 120, 100));
  }

  @Test
  void everyRuleReadsItsOwnText() {
    for (String text :
        List.of("multiscale", "whole", "short-side:256-320", "random-resized:0.08-1")) {
      assertThat(CropRule.parse(text).text()).isEqualTo(text);
    }
    assertThat(CropRule.parse("short-side").text()).isEqualTo("short-side:256-320");
    assertThat(CropRule.parse("random-resized").text()).isEqualTo("random-resized:0.08-1");
    assertThat(CropRule.parse("random-resized:0.50-1.0").text()).isEqualTo("random-resized:0.5-1");
  }

  @Test
  void everyWrongTextIsSaidToBe() {
    assertRefused("random", "crop 'random' is not multiscale, whole, short-side or random-resized");
    assertRefused("whole:1-2", "crop 'whole:1-2': whole has no numbers");
    assertRefused("short-side:", "crop 'short-side:' does not end in MIN-MAX");
    assertRefused("short-side:256.5-300", "crop 'short-side:256.5-300' is not of whole pixels");
    assertRefused(
        "short-side:300-256",
        "crop short-side:300-256 is not two sides from 1 to 4096, the smaller first");
    assertRefused(
        "random-resized:0-1",
        "crop random-resized:0-1 is not two shares of a frame's area, the smaller first");
    assertRefused(
        "random-resized:0.1-NaN", "crop 'random-resized:0.1-NaN' does not end in MIN-MAX");
  }

  private static void assertRefused(String text, String message) {
    assertThatThrownBy(() -> CropRule.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  /// That the window lies inside of what is scaled is checked by the view itself.
  private static void assertInside(FrameView view, Size frame, Size clip) {
    assertThat(view.window().width()).isEqualTo(clip.width());
    assertThat(view.window().height()).isEqualTo(clip.height());
    assertThat(view.box().x() + view.box().width()).isLessThanOrEqualTo(frame.width());
    assertThat(view.box().y() + view.box().height()).isLessThanOrEqualTo(frame.height());
  }

  private static CounterRandom random(int clip) {
    return CounterRandom.of(0, new BatchId(0, 0), clip, "crop");
  }

  private static Size square(int side) {
    return new Size(side, side);
  }

  private static JsonNode golden3d() {
    return Golden.read("vectors/spatial_3d.json");
  }

  private static JsonNode golden2d() {
    return Golden.read("vectors/multiscale_crop_2d.json");
  }
}
