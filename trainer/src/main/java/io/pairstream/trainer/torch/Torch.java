package io.pairstream.trainer.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.Nullable;

/// Functions of libtorch that NDArray lacks, or has with single-precision arguments only. Results
/// belong to the manager of the first argument.
public final class Torch {
  private Torch() {}

  /// `torch.nn.functional.conv2d` and `conv3d`, by the weight's rank, with dilation 1.
  public static NDArray convolution(
      NDArray x, NDArray weight, @Nullable NDArray bias, Shape stride, Shape padding, int groups) {
    long[] dilation = new long[stride.dimension()];
    java.util.Arrays.fill(dilation, 1);
    return JniUtils.convolution(
        (PtNDArray) x,
        (PtNDArray) weight,
        (PtNDArray) bias,
        stride,
        padding,
        new Shape(dilation),
        groups);
  }

  /// The state that batch normalisation keeps beside its input: scale, shift, running statistics.
  public record BatchNormState(NDArray weight, NDArray bias, NDArray mean, NDArray variance) {}

  /// `torch.nn.functional.batch_norm`; in training the running statistics move by `momentum`
  /// towards those of x.
  public static NDArray batchNorm(
      NDArray x, BatchNormState state, boolean training, double momentum, double eps) {
    // The parameters of JniUtils.batchNorm are named in another order than it passes them on:
    // by position they are running mean, running variance, scale, shift.
    return JniUtils.batchNorm(
        (PtNDArray) x,
        (PtNDArray) state.mean(),
        (PtNDArray) state.variance(),
        (PtNDArray) state.weight(),
        (PtNDArray) state.bias(),
        training,
        momentum,
        eps);
  }

  /// `torch.nn.functional.linear`: x [rows,in], weight [out,in], bias [out].
  public static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return JniUtils.linear((PtNDArray) x, (PtNDArray) weight, (PtNDArray) bias);
  }

  /// `torch.nn.functional.layer_norm` over the last axis, whose size the scale has.
  public static NDArray layerNorm(NDArray x, NDArray weight, NDArray bias, double eps) {
    return JniUtils.layerNorm(
        (PtNDArray) x, weight.getShape(), (PtNDArray) weight, (PtNDArray) bias, eps);
  }

  /// `torch.nn.functional.gelu`, the exact one.
  public static NDArray gelu(NDArray x) {
    return JniUtils.gelu((PtNDArray) x);
  }

  /// `torch.nn.functional.max_pool2d` and `max_pool3d`, by the window's rank.
  public static NDArray maxPool(NDArray x, Shape window, Shape stride, Shape padding) {
    return JniUtils.maxPool((PtNDArray) x, window, stride, padding, false);
  }

  /// `torch.nn.functional.avg_pool2d` and `avg_pool3d`, by the window's rank, with stride 1.
  public static NDArray averagePool(NDArray x, Shape window) {
    long[] ones = new long[window.dimension()];
    java.util.Arrays.fill(ones, 1);
    Shape none = new Shape(new long[window.dimension()]);
    return JniUtils.avgPool((PtNDArray) x, window, new Shape(ones), none, false, true);
  }

  /// `x · factor`, with a gradient that stays right.
  ///
  /// `NDArray.mul(Number)` hands the number over in a buffer of Java's and lets go of it. The
  /// backward pass reads the number once more, by then out of freed memory if the collector came
  /// by.
  public static NDArray times(NDArray x, double factor) {
    try (NDArray number = number(x, factor)) {
      return x.mul(number);
    }
  }

  /// `x / divisor`, with a gradient that stays right; see [#times].
  public static NDArray over(NDArray x, double divisor) {
    try (NDArray number = number(x, divisor)) {
      return x.div(number);
    }
  }

  /// A scalar in libtorch's own memory, which lives for as long as libtorch refers to it.
  private static NDArray number(NDArray x, double value) {
    try (NDArray buffer = x.getManager().create(value)) {
      return buffer.duplicate();
    }
  }

  /// `torch.where`, with broadcasting.
  ///
  /// @param mask of booleans
  public static NDArray where(NDArray mask, NDArray x, NDArray y) {
    return JniUtils.where((PtNDArray) mask, (PtNDArray) x, (PtNDArray) y);
  }

  /// Zero padding as `torch.nn.functional.pad` counts it: pairs (before, after) from the last axis
  /// backwards; a negative number crops.
  public static NDArray pad(NDArray x, long... amounts) {
    return JniUtils.pad((PtNDArray) x, amounts, 0);
  }

  /// Dropout of training, drawn from libtorch's generator as [#seed] left it.
  public static NDArray dropout(NDArray x, double probability) {
    return JniUtils.dropout((PtNDArray) x, probability, true);
  }

  /// Sets the generator that [#dropout] draws from.
  public static void seed(long seed) {
    JniUtils.setSeed(seed);
  }

  /// Makes a parameter's gradient zero in place; handles from `getGradient()` see it.
  public static void zeroGradient(NDArray parameter) {
    JniUtils.zeroGrad((PtNDArray) parameter);
  }

  /// Switches the recording of gradients for the calling thread. It is on in every new thread, and
  /// in-place updates of parameters fail while it is on.
  public static void recordGradients(boolean on) {
    JniUtils.setGradMode(on);
  }

  /// The one line of libtorch's complaint that says what is wrong; around it are traces.
  public static String reason(ai.djl.engine.EngineException error) {
    java.util.List<String> lines =
        String.valueOf(error.getMessage())
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    return lines.stream()
        .filter(line -> line.startsWith("RuntimeError") || line.contains("Error: "))
        .findFirst()
        .orElse(lines.isEmpty() ? "no reason given" : lines.getFirst());
  }
}
