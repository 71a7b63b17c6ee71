package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Tensor;
import io.pairstream.trainer.torch.TorchRuntime;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchAssemblerTest {
  private static final int CLIPS = 3;
  private static final int FRAMES = 4;
  private static final int SIDE = 16;

  private final TorchRuntime torch = TorchRuntime.start(1);
  private final BatchAssembler assembler =
      new BatchAssembler(Normalization.IMAGENET, DataType.FLOAT32);
  private final PairBatch batch = Pairs.recipe(1, CLIPS);

  @Test
  void originalsAreNormalisedChannelByChannel() {
    try (NDManager scope = torch.newManager()) {
      BatchAssembler.Rows rows = assembler.assemble(scope, batch, false);
      assertThat(rows.paired()).isFalse();
      assertThat(rows.clips().getShape().getShape()).containsExactly(CLIPS, FRAMES, 3, SIDE, SIDE);
      assertThat(rows.labels().toLongArray()).isEqualTo(batch.label().toLongs());
      float[] values = rows.clips().toFloatArray();
      forEachValue((index, n, at, c) ->
          assertThat((double) values[index]).isCloseTo(normalized(at + c, c), within(2e-6)));
    }
  }

  @Test
  void aModelOfBgrGetsTheSameColoursTheOtherWayRound() {
    BatchAssembler reversing =
        new BatchAssembler(Normalization.IMAGENET, DataType.FLOAT32, ChannelOrder.BGR);
    try (NDManager scope = torch.newManager()) {
      float[] rgb = assembler.assemble(scope, batch, true).clips().toFloatArray();
      float[] bgr = reversing.assemble(scope, batch, true).clips().toFloatArray();
      int pixels = SIDE * SIDE;
      for (int i = 0; i < rgb.length; i++) {
        int channel = i / pixels % 3;
        assertThat(bgr[i + (2 - 2 * channel) * pixels]).isEqualTo(rgb[i]);
      }
    }
  }

  @Test
  void aRecipeIsMixedOnNormalisedValues() {
    PairRecipe.SwapMix mix = (PairRecipe.SwapMix) batch.recipe();
    try (NDManager scope = torch.newManager()) {
      BatchAssembler.Rows rows = assembler.assemble(scope, batch, true);
      assertThat(rows.paired()).isTrue();
      float[] values = rows.clips().toFloatArray();
      int half = values.length / 2;
      forEachValue((index, n, at, c) -> {
        int p = mix.channelOrder().get(c);
        double lambda = mix.mixWeight().get(n);
        double want = lambda * normalized(at + c, c) + (1 - lambda) * normalized(at + p, p);
        assertThat((double) values[half + index]).isCloseTo(want, within(4e-6));
        assertThat((double) values[index]).isCloseTo(normalized(at + c, c), within(2e-6));
      });
    }
  }

  @Test
  void augmentedPixelsAreNormalisedHere() {
    Tensor augmented = Tensor.zeros(DType.U8, batch.original().shape());
    augmented.data().fill((byte) 128);
    PairBatch opaque = Pairs.with(batch, new PairRecipe.Opaque("grey"), Optional.of(augmented));
    try (NDManager scope = torch.newManager()) {
      float[] values = assembler.assemble(scope, opaque, true).clips().toFloatArray();
      int half = values.length / 2;
      forEachValue((index, n, at, c) ->
          assertThat((double) values[half + index]).isCloseTo(normalized(128.0, c), within(2e-6)));
    }
  }

  @Test
  void halfPrecisionValuesAreNormalisedAlready() {
    Tensor augmented = Tensor.zeros(DType.F16, batch.original().shape());
    for (long i = 0; i < augmented.shape().elements(); i++) {
      augmented
          .data()
          .set(
              ValueLayout.JAVA_SHORT_UNALIGNED,
              2 * i,
              Float.floatToFloat16(i % 3 == 0 ? -1.5f : 0.25f));
    }
    PairBatch opaque = Pairs.with(batch, new PairRecipe.Opaque("signs"), Optional.of(augmented));
    try (NDManager scope = torch.newManager()) {
      float[] values = assembler.assemble(scope, opaque, true).clips().toFloatArray();
      int half = values.length / 2;
      forEachValue(
          (index, n, at, c) -> assertThat(values[half + index]).isEqualTo(c == 0 ? -1.5f : 0.25f));
    }
  }

  @Test
  void anIdentityBatchAndABaselineHaveOriginalsOnly() {
    PairBatch identity = Pairs.with(batch, new PairRecipe.Identity(), Optional.empty());
    try (NDManager scope = torch.newManager()) {
      assertThat(assembler.assemble(scope, identity, true).paired()).isFalse();
      assertThat(assembler.assemble(scope, batch, false).clips().getShape().get(0))
          .isEqualTo(CLIPS);
    }
  }

  @Test
  void pixelsInNativeMemoryAreRead() {
    try (Arena arena = Arena.ofConfined();
        NDManager scope = torch.newManager()) {
      Tensor original = batch.original();
      Tensor copy =
          new Tensor(
              original.dtype(),
              original.shape(),
              arena.allocate(original.data().byteSize()).copyFrom(original.data()));
      assertThat(assembler.assemble(scope, copy).toFloatArray())
          .isEqualTo(assembler.assemble(scope, original).toFloatArray());
    }
  }

  @Test
  void anotherMeanOrStdIsRefused() {
    Normalization other =
        new Normalization(List.of(0.45f, 0.45f, 0.45f), List.of(0.225f, 0.225f, 0.225f));
    try (NDManager scope = torch.newManager()) {
      assertThatThrownBy(
              () -> new BatchAssembler(other, DataType.FLOAT32).assemble(scope, batch, true))
          .hasMessageContaining("batch 0/1 was made with");
    }
  }

  private interface Value {
    /// @param index in [N,T,3,H,W]
    /// @param n the clip
    /// @param at of the pixel's first channel in [N,T,H,W,3]
    /// @param c the channel
    void check(int index, int n, int at, int c);
  }

  private static void forEachValue(Value value) {
    int index = 0;
    for (int frame = 0; frame < CLIPS * FRAMES; frame++) {
      for (int c = 0; c < 3; c++) {
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
          value.check(index++, frame / FRAMES, (frame * SIDE * SIDE + pixel) * 3, c);
        }
      }
    }
  }

  private double normalized(int byteIndex, int c) {
    return normalized(
        Byte.toUnsignedInt(batch.original().data().get(ValueLayout.JAVA_BYTE, byteIndex)) + 0.0, c);
  }

  private static double normalized(double pixel, int c) {
    return (pixel / 255 - Normalization.IMAGENET.mean().get(c))
        / Normalization.IMAGENET.std().get(c);
  }
}
