package io.pairstream.watch.picture;

import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Tensor;
import io.pairstream.kernel.MixWeights;
import io.pairstream.kernel.PlainSwapMix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Makes the clips of a pair batch ready to be drawn: pixels of the augmented half, whatever
/// travelled of it, and captions.
public final class ShownPairs {
  private static final ValueLayout.OfShort F16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final String CHANNELS = "RGB";

  private ShownPairs() {}

  /// The first clips of a batch.
  ///
  /// @param classNames by label
  /// @param most how many clips at most
  public static List<PairsPicture.Pair> of(PairBatch batch, List<String> classNames, int most) {
    Tensor augmented = augmentedPixels(batch);
    List<PairsPicture.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < Math.min(most, batch.clips()); i++) {
      pairs.add(
          new PairsPicture.Pair(
              name(batch, i, classNames),
              detail(batch, i),
              batch.original().row(i),
              augmented.row(i)));
    }
    return pairs;
  }

  private static String name(PairBatch batch, int i, List<String> classNames) {
    int label = (int) batch.label().longAt(i);
    return label >= 0 && label < classNames.size() ? classNames.get(label) : "class " + label;
  }

  /// What was done to clip i, and which one it is; the longer text last, since it may be cut.
  private static String detail(PairBatch batch, int i) {
    String clip = batch.clipIds().get(i);
    return switch (batch.recipe()) {
      case PairRecipe.Identity _ -> "left alone, " + clip;
      case PairRecipe.SwapMix mix ->
          String.format(
              Locale.ROOT,
              "λ %.2f, %s, %s",
              mix.mixWeight().get(i),
              channels(mix.channelOrder()),
              clip);
      case PairRecipe.Opaque opaque -> clip + ", " + opaque.augmentation();
    };
  }

  private static String channels(List<Integer> order) {
    StringBuilder text = new StringBuilder("RGB → ");
    order.forEach(channel -> text.append(CHANNELS.charAt(channel)));
    return text.toString();
  }

  /// U8 [N,T,H,W,3].
  private static Tensor augmentedPixels(PairBatch batch) {
    if (batch.augmented().isPresent()) {
      Tensor half = batch.augmented().get();
      return half.dtype() == DType.F16 ? pixels(half, batch.normalization()) : half;
    }
    return switch (batch.recipe()) {
      case PairRecipe.SwapMix mix -> {
        Tensor mixed = Tensor.zeros(DType.U8, batch.original().shape());
        new PlainSwapMix()
            .mix(batch.original(), MixWeights.fold(mix, batch.normalization(), DType.U8), mixed);
        yield mixed;
      }
      case PairRecipe.Identity _, PairRecipe.Opaque _ -> batch.original();
    };
  }

  /// Normalised halves as pixels, saturated.
  private static Tensor pixels(Tensor halves, Normalization statistics) {
    Tensor pixels = Tensor.zeros(DType.U8, halves.shape());
    MemorySegment from = halves.data();
    MemorySegment to = pixels.data();
    for (long i = 0; i < to.byteSize(); i++) {
      int channel = (int) (i % 3);
      float value = Float.float16ToFloat(from.get(F16, 2 * i));
      double pixel =
          255.0 * (value * statistics.std().get(channel) + statistics.mean().get(channel));
      to.set(ValueLayout.JAVA_BYTE, i, (byte) Math.clamp(Math.round(pixel), 0, 255));
    }
    return pixels;
  }
}
