package io.pairstream.crop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.crop.FrameView.Box;
import io.pairstream.testing.Golden;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameResizerTest {

  @Test
  void scaledCentresHaveThePixelsOfPil() {
    assertThat(cases()).isNotEmpty();
    for (JsonNode one : cases()) {
      int[] scaled = Golden.ints(one.get("scaled_wh"));
      int crop = one.get("crop").intValue();
      FrameView view =
          FrameView.centre(size(one), new Size(scaled[0], scaled[1]), new Size(crop, crop));
      assertThat(resize(one, view)).isEqualTo(bytes(one.get("after_scale_crop_hwc_u8")));
    }
  }

  @Test
  void scaledCropsHaveThePixelsOfPil() {
    for (JsonNode one : cases()) {
      int[] box = Golden.ints(one.get("crop_then_resize").get("box_ltrb"));
      int[] wh = Golden.ints(one.get("crop_then_resize").get("size_wh"));
      FrameView view =
          FrameView.of(
              new Box(box[0], box[1], box[2] - box[0], box[3] - box[1]), new Size(wh[0], wh[1]));
      assertThat(resize(one, view)).isEqualTo(bytes(one.get("crop_then_resize").get("out_hwc_u8")));
    }
  }

  @Test
  void aliasingViewsHaveThePixelsOfTorchUpToRounding() {
    JsonNode cases = Golden.read("vectors/spatial_3d.json").get("torch_bilinear_no_antialias");
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      int[] shape = Golden.ints(one.get("shape"));
      int[] out = Golden.ints(one.get("out_hw"));
      Size from = new Size(shape[3], shape[2]);
      Size to = new Size(out[1], out[0]);
      FrameView view =
          new FrameView(Box.all(from), to, Box.all(to), false, FrameView.Filter.ALIASING);
      for (int t = 0; t < shape[1]; t++) {
        byte[] clip = new byte[out[0] * out[1] * 3];
        byte[] frame = new byte[shape[2] * shape[3] * 3];
        double[] pixels = frame(one.get("input"), shape[1], t, shape[2] * shape[3]);
        for (int i = 0; i < frame.length; i++) {
          frame[i] = (byte) Math.rint(pixels[i]);
        }
        new FrameResizer(view).resize(MemorySegment.ofArray(frame), 3L * shape[3], clip, 0);
        double[] expected = frame(one.get("output_f64"), shape[1], t, out[0] * out[1]);
        for (int i = 0; i < clip.length; i++) {
          // Half a level from the input's rounding, half from each axis.
          assertThat((double) (clip[i] & 0xFF)).isCloseTo(expected[i], within(1.5));
        }
      }
    }
  }

  /// Frame `t` of values [3,T,H·W] between −2 and 2 as levels [H·W,3] between 0 and 255.
  private static double[] frame(JsonNode values, int frames, int t, int area) {
    double[] levels = new double[area * 3];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < area; i++) {
        double value = values.get((c * frames + t) * area + i).doubleValue();
        levels[i * 3 + c] = (value + 2) / 4 * 255;
      }
    }
    return levels;
  }

  @Test
  void mirroringExchangesLeftAndRightOfTheResult() {
    for (JsonNode one : cases()) {
      FrameView view = CropRule.MULTISCALE.validation(size(one), new Size(7, 5));
      byte[] plain = resize(one, view);
      byte[] mirrored = resize(one, view.mirror());
      for (int y = 0; y < 5; y++) {
        for (int x = 0; x < 7; x++) {
          for (int c = 0; c < 3; c++) {
            assertThat(mirrored[(y * 7 + x) * 3 + c]).isEqualTo(plain[(y * 7 + 6 - x) * 3 + c]);
          }
        }
      }
      assertThat(view.mirror().mirror()).isEqualTo(view);
    }
  }

  @Test
  void aFrameOfTheRightSizeKeepsItsBytes() {
    byte[] frame = new byte[9 * 6 * 3];
    new Random(1).nextBytes(frame);
    FrameView view = FrameView.whole(new Size(9, 6), new Size(9, 6));
    byte[] clip = new byte[frame.length];
    new FrameResizer(view).resize(MemorySegment.ofArray(frame), 27, clip, 0);
    assertThat(clip).isEqualTo(frame);
  }

  @Test
  void whiteStaysWhiteAtEveryScale() {
    for (int side : new int[] {1, 2, 7, 64, 333, 1000}) {
      byte[] frame = new byte[side * 10 * 3];
      java.util.Arrays.fill(frame, (byte) 255);
      FrameResizer resizer =
          new FrameResizer(FrameView.whole(new Size(side, 10), new Size(31, 17)));
      byte[] clip = new byte[resizer.bytesPerFrame() + 5];
      resizer.resize(MemorySegment.ofArray(frame), 3L * side, clip, 5);
      for (int i = 0; i < clip.length; i++) {
        assertThat(clip[i]).isEqualTo((byte) (i < 5 ? 0 : 255));
      }
    }
  }

  private static Size size(JsonNode one) {
    return new Size(one.get("w").intValue(), one.get("h").intValue());
  }

  private static byte[] resize(JsonNode one, FrameView view) {
    FrameResizer resizer = new FrameResizer(view);
    byte[] clip = new byte[resizer.bytesPerFrame()];
    MemorySegment rgb = MemorySegment.ofArray(bytes(one.get("input_hwc_u8")));
    resizer.resize(rgb, 3L * one.get("w").intValue(), clip, 0);
    return clip;
  }

  private static byte[] bytes(JsonNode array) {
    int[] values = Golden.ints(array);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static JsonNode cases() {
    return Golden.read("vectors/pil_resize_2d.json").get("cases");
  }
}
