package io.pairstream.crop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TestCropTest {

  private static TestCrop crop(CropPosition position, int crops, int shortSide) {
    return new TestCrop(position, crops, OptionalInt.of(shortSide));
  }

  @Test
  void threeCropsLieWhereTheReferencePutsThem() {
    assertThat(golden().get("scale_and_crop")).isNotEmpty();
    for (JsonNode one : golden().get("scale_and_crop")) {
      int shortSide = one.get("short_side").asInt();
      Size clip = new Size(shortSide, shortSide);
      List<FrameView> views = crop(CropPosition.CENTRE, 3, shortSide).views(frame(one), clip);
      assertThat(views).hasSize(3);
      for (int i = 0; i < 3; i++) {
        int[] scaled = Golden.ints(one.get("scaled_hw"));
        assertThat(views.get(i).scaled()).isEqualTo(new Size(scaled[1], scaled[0]));
        assertThat(offset(views.get(i))).as("%s, %d", one, i).isEqualTo(offset(one, i));
      }
    }
  }

  @Test
  void theLeftCropIsTheReferencesFirst() {
    for (JsonNode one : golden().get("scale_and_crop")) {
      int shortSide = one.get("short_side").asInt();
      Size clip = new Size(shortSide, shortSide);
      FrameView view = crop(CropPosition.LEFT, 1, shortSide).views(frame(one), clip).getFirst();
      assertThat(offset(view)).as("%s", one).isEqualTo(offset(one, 0));
    }
  }

  @Test
  void oneCropInTheCentreIsWhatValidationShows() {
    Size clip = new Size(224, 224);
    TestCrop usual = new TestCrop(CropPosition.CENTRE, 1, OptionalInt.empty());
    for (Size frame : List.of(new Size(320, 240), new Size(240, 427), new Size(224, 224))) {
      assertThat(usual.views(frame, clip)).containsExactly(FrameView.centre(frame, clip));
      assertThat(crop(CropPosition.CENTRE, 1, 256).views(frame, clip))
          .containsExactly(FrameView.centre(frame, clip));
    }
  }

  @Test
  void wholeFramesAreWhatValidationShowsOfThem() {
    Size frame = new Size(320, 240);
    TestCrop whole = new TestCrop(CropPosition.WHOLE, 1, OptionalInt.empty());
    assertThat(whole.views(frame, new Size(40, 40)))
        .containsExactly(FrameView.whole(frame, new Size(40, 40)));
  }

  @Test
  void whatCannotBeCutIsRefused() {
    assertThatThrownBy(() -> crop(CropPosition.CENTRE, 2, 256))
        .hasMessage("--crops 2 is not 1 or 3");
    assertThatThrownBy(() -> crop(CropPosition.LEFT, 3, 256))
        .hasMessageContaining("no --crop-position left");
    assertThatThrownBy(() -> crop(CropPosition.WHOLE, 1, 256)).hasMessageContaining("--short-side");
    TestCrop small = crop(CropPosition.CENTRE, 1, 200);
    assertThatThrownBy(() -> small.views(new Size(320, 240), new Size(224, 224)))
        .hasMessage("--short-side 200 is less than the crop, 224x224");
    assertThatThrownBy(() -> CropPosition.parse("right"))
        .hasMessage("crop position 'right' is not centre, left or whole");
  }

  private static Size frame(JsonNode one) {
    int[] size = Golden.ints(one.get("hw"));
    return new Size(size[1], size[0]);
  }

  private static List<Integer> offset(FrameView view) {
    return List.of(view.window().y(), view.window().x());
  }

  private static List<Integer> offset(JsonNode one, int place) {
    int[] yx = Golden.ints(one.get("uniform_crop_offsets_yx_for_spatial_idx_0_1_2").get(place));
    return List.of(yx[0], yx[1]);
  }

  private static JsonNode golden() {
    return Golden.read("vectors/spatial_3d.json");
  }
}
