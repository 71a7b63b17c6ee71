package io.pairstream.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.DType;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.FrameResizer;
import io.pairstream.crop.FrameView;
import io.pairstream.crop.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CropMixKernelTest {
  static Stream<SwapMixKernel> kernels() {
    return Stream.of(new PlainSwapMix(), SwapMixKernel.fastest());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void cropsAreTheFramesAsTheProducerResizesThem(SwapMixKernel kernel) {
    for (Size clip : CroppedBatches.CLIP_SIZES) {
      for (int batch = 0; batch < 10; batch++) {
        FrameBatch frames = CroppedBatches.frames(new BatchId(0, batch));
        List<FrameView> views = CroppedBatches.views(frames, clip);
        Tensor cropped = room(frames, clip, DType.U8);
        kernel.cropping().crop(frames, views, cropped);
        assertThat(cropped.contentEquals(resized(frames, views, clip))).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void onePassIsACropAndThenAMix(SwapMixKernel kernel) {
    for (DType output : List.of(DType.U8, DType.F16)) {
      for (Size clip : CroppedBatches.CLIP_SIZES) {
        FrameBatch frames = CroppedBatches.frames(new BatchId(1, clip.width()));
        List<FrameView> views = CroppedBatches.views(frames, clip);
        MixWeights weights = CroppedBatches.weights(frames, output);
        Tensor cropped = room(frames, clip, DType.U8);
        Tensor mixed = room(frames, clip, output);
        kernel.cropping().cropAndMix(frames, views, cropped, weights, mixed);
        Tensor plain = resized(frames, views, clip);
        Tensor expected = room(frames, clip, output);
        new PlainSwapMix().mix(plain, weights, expected);
        assertThat(cropped.contentEquals(plain)).isTrue();
        assertThat(mixed.contentEquals(expected)).isTrue();
      }
    }
  }

  @Test
  void whatDoesNotBelongTogetherIsRefused() {
    Size clip = new Size(8, 6);
    FrameBatch frames = CroppedBatches.frames(new BatchId(0, 0));
    List<FrameView> views = CroppedBatches.views(frames, clip);
    CropMixKernel kernel = new PlainSwapMix().cropping();
    assertThatThrownBy(() -> kernel.crop(frames, views, room(frames, new Size(8, 7), DType.U8)))
        .hasMessageContaining("the clips are U8")
        .hasMessageEndingWith("not U8 " + room(frames, clip, DType.U8).shape());
    assertThatThrownBy(() -> kernel.crop(frames, views.subList(1, 3), room(frames, clip, DType.U8)))
        .hasMessage("2 views for " + frames.clips() + " clips");
    List<FrameView> large = new ArrayList<>(views);
    large.set(1, FrameView.whole(new Size(500, 500), clip));
    assertThatThrownBy(() -> kernel.crop(frames, large, room(frames, clip, DType.U8)))
        .hasMessageContaining("does not fit clip 1 of");
  }

  private static Tensor room(FrameBatch frames, Size clip, DType type) {
    long t = frames.frameIndex().shape().dim(1);
    return Tensor.zeros(type, Shape.of(frames.clips(), t, clip.height(), clip.width(), 3));
  }

  /// What the producer's resizer makes of each frame.
  private static Tensor resized(FrameBatch frames, List<FrameView> views, Size clip) {
    long t = frames.frameIndex().shape().dim(1);
    int frameBytes = clip.width() * clip.height() * 3;
    byte[] all = new byte[(int) (frames.clips() * t * frameBytes)];
    for (int n = 0; n < frames.clips(); n++) {
      FrameResizer resizer = new FrameResizer(views.get(n));
      for (int f = 0; f < t; f++) {
        resizer.resize(
            frames.frames().pixels().row(n).row(f).data(),
            3L * frames.width(n),
            all,
            (int) (n * t + f) * frameBytes);
      }
    }
    return new Tensor(
        DType.U8,
        Shape.of(frames.clips(), t, clip.height(), clip.width(), 3),
        java.lang.foreign.MemorySegment.ofArray(all));
  }
}
