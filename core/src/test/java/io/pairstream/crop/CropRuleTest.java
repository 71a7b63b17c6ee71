package io.pairstream.crop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.crop.FrameView.Box;
import io.pairstream.testing.Golden;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CropRuleTest {
  private static final JsonNode GOLDEN = Golden.read("vectors/multiscale_crop_2d.json");

  @Test
  void multiScaleCropsHaveTheReferencesSizesAndPlaces() {
    Size clip = square(GOLDEN.get("input_size").intValue());
    assertThat(GOLDEN.get("cases")).isNotEmpty();
    for (JsonNode one : GOLDEN.get("cases")) {
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
          FrameView view = CropRule.MULTISCALE.validation(frame, clip);
          assertThat(view.window().width()).isEqualTo(clip.width());
          assertThat(view.window().height()).isEqualTo(clip.height());
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
  void everyRuleReadsItsOwnName() {
    for (CropRule rule : CropRule.values()) {
      assertThat(CropRule.parse(rule.text())).isEqualTo(rule);
    }
    assertThatThrownBy(() -> CropRule.parse("random")).hasMessageContaining("'random'");
  }

  private static Size square(int side) {
    return new Size(side, side);
  }
}
