package io.pairstream.crop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CropPlanTest {
  @Test
  void itsTextIsReadAgainWhereTheAugmenterCrops() {
    for (boolean flip : new boolean[] {true, false}) {
      CropPlan producer = new CropPlan(CropRule.WHOLE, flip, Optional.empty());
      assertThat(producer.text()).isEqualTo(flip ? "whole,flip" : "whole");
      assertThat(CropPlan.atAugmenter(producer.text())).isEmpty();
      CropPlan augmenter =
          new CropPlan(CropRule.MULTISCALE, flip, Optional.of(new SentFrames(0, 99)));
      assertThat(CropPlan.atAugmenter(augmenter.text())).contains(augmenter);
    }
  }

  @Test
  void aTextThatDoesNotSayEverythingIsRefused() {
    assertThatThrownBy(() -> CropPlan.atAugmenter("multiscale,at=augmenter"))
        .hasMessageContaining("does not say how frames are sent");
    assertThatThrownBy(() -> CropPlan.atAugmenter("odd,at=augmenter,short-side=1,max-pixels=9"))
        .hasMessageContaining("crop 'odd'");
  }

  @Test
  void aLongerShortSideIsShrunkAndAShorterOneStays() {
    SentFrames sent = SentFrames.of(256);
    assertThat(sent.of(new Size(1280, 720))).isEqualTo(new Size(455, 256));
    assertThat(sent.of(new Size(720, 1280))).isEqualTo(new Size(256, 455));
    assertThat(sent.of(new Size(340, 256))).isEqualTo(new Size(340, 256));
    assertThat(sent.of(new Size(320, 240))).isEqualTo(new Size(320, 240));
    assertThat(SentFrames.of(0).of(new Size(1280, 720))).isEqualTo(new Size(1280, 720));
  }

  @Test
  void noFrameHasMorePixelsThanTheBound() {
    for (int shortSide : new int[] {0, 10, 30}) {
      SentFrames sent = new SentFrames(shortSide, 1000);
      for (int width : new int[] {1, 7, 31, 32, 100, 999, 1001, 100_000}) {
        for (int height : new int[] {1, 9, 32, 33, 1000, 50_000}) {
          Size size = sent.of(new Size(width, height));
          assertThat(size.width() * size.height()).isLessThanOrEqualTo(1000);
          assertThat(size.width()).isLessThanOrEqualTo(width);
          assertThat(size.height()).isLessThanOrEqualTo(height);
        }
      }
    }
    assertThat(SentFrames.of(0).of(new Size(1920, 1080))).isEqualTo(new Size(1280, 720));
  }
}
