package io.pairstream.augment.builtin;

import io.pairstream.augment.Augmentation;
import io.pairstream.augment.ClipAugmentation;
import io.pairstream.augment.Parameters;
import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Warp;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.clip.CounterRandom;
import java.util.List;

/// `augmix(width=K,depth=D,severity=S,alpha=A)`: mixes a clip with K chains of one to three
/// operations each, every choice the same for all frames (AugMix: Hendrycks et al., ICLR 2020,
/// algorithm 1): `(1−m)·x + m·Σ w_k·chain_k(x)` with m from Beta(A,A) and w from a Dirichlet
/// distribution of parameters A. Levels are drawn from U[0.1,S]. Moved pictures are interpolated
/// bilinearly, and grey (128) outside.
///
/// @param width chains
/// @param depth operations of a chain; 0 draws 1, 2 or 3 for each
/// @param severity largest level, up to 10
/// @param alpha of both distributions
public record AugMix(int width, int depth, double severity, double alpha)
    implements ClipAugmentation {
  private static final List<Operation> OPERATIONS =
      List.of(
          Operation.AUTO_CONTRAST,
          Operation.EQUALIZE,
          Operation.POSTERIZE,
          Operation.ROTATE,
          Operation.SOLARIZE,
          Operation.SHEAR_X,
          Operation.SHEAR_Y,
          Operation.TRANSLATE_X,
          Operation.TRANSLATE_Y);
  private static final Operation.Geometry GEOMETRY =
      new Operation.Geometry(new Warp(Warp.Interpolation.BILINEAR, 128), 1.0 / 3);
  private static final double LEAST_LEVEL = 0.1;

  public AugMix() {
    this(3, 0, 3, 1);
  }

  @Override
  public String name() {
    return "augmix";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly("width", "depth", "severity", "alpha");
    return new AugMix(
        parameters.whole("width", width, 1, 16),
        parameters.whole("depth", depth, 0, 16),
        parameters.within("severity", severity, LEAST_LEVEL, 10),
        parameters.within("alpha", alpha, 0.001, 1000));
  }

  @Override
  public String text() {
    return Parameters.text(
        name(), "width", width, "depth", depth, "severity", severity, "alpha", alpha);
  }

  @Override
  public void apply(ClipPixels clip, CounterRandom random, Workspace workspace) {
    float[] mixture = workspace.floats(clip.bytes());
    double share = random.nextBeta(alpha, alpha);
    for (int i = 0; i < clip.bytes(); i++) {
      mixture[i] = (float) (1 - share) * (clip.data()[clip.offset() + i] & 0xFF);
    }
    byte[] chained = workspace.clip(clip.bytes());
    ClipPixels chain = new ClipPixels(chained, 0, clip.frames(), clip.height(), clip.width());
    double left = share;
    for (int k = 0; k < width; k++) {
      // Breaking a stick: what is left is shared between this chain and those to come.
      double weight =
          k == width - 1 ? left : left * random.nextBeta(alpha, alpha * (width - 1 - k));
      left -= weight;
      System.arraycopy(clip.data(), clip.offset(), chained, 0, clip.bytes());
      int operations = depth == 0 ? 1 + random.nextInt(3) : depth;
      for (int i = 0; i < operations; i++) {
        Operation operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
        double level = LEAST_LEVEL + (severity - LEAST_LEVEL) * random.nextDouble();
        operation.apply(chain, level, random.nextInt(2) == 1, GEOMETRY, workspace);
      }
      for (int i = 0; i < clip.bytes(); i++) {
        mixture[i] += (float) weight * (chained[i] & 0xFF);
      }
    }
    for (int i = 0; i < clip.bytes(); i++) {
      clip.data()[clip.offset() + i] = (byte) Math.clamp((int) Math.rint(mixture[i]), 0, 255);
    }
  }
}
