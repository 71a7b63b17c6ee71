package io.pairstream.augment.builtin;

import io.pairstream.augment.Augmentation;
import io.pairstream.augment.ClipAugmentation;
import io.pairstream.augment.Parameters;
import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Warp;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.clip.CounterRandom;
import java.util.List;
import java.util.Locale;

/// `randaugment(n=N,m=M,std=S,p=P,fill=F,interpolation=I)`: N operations of 15, drawn with
/// replacement, each applied with probability P at a level drawn from a normal distribution of mean
/// M and standard deviation S and cut to [0,10]; the same for all frames (RandAugment: Cubuk et
/// al., NeurIPS 2020; the defaults are `rand-m7-n4-mstd0.5-inc1`, as UniFormer is trained with).
///
/// @param n operations a clip
/// @param m mean level, 0 to 10
/// @param std of the level
/// @param p the share of the drawn operations that are done
/// @param warp how pictures are moved
public record RandAugment(int n, double m, double std, double p, Warp warp)
    implements ClipAugmentation {
  private static final List<Operation> OPERATIONS = List.of(Operation.values());
  private static final double LARGEST_SHIFT = 0.45;

  public RandAugment() {
    this(4, 7, 0.5, 0.5, new Warp(Warp.Interpolation.BICUBIC, 128));
  }

  @Override
  public String name() {
    return "randaugment";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly("n", "m", "std", "p", "fill", "interpolation");
    String interpolation =
        parameters.word("interpolation", text(warp.interpolation()), "bicubic", "bilinear");
    return new RandAugment(
        parameters.whole("n", n, 0, 100),
        parameters.within("m", m, 0, 10),
        parameters.within("std", std, 0, 100),
        parameters.within("p", p, 0, 1),
        new Warp(
            Warp.Interpolation.valueOf(interpolation.toUpperCase(Locale.ROOT)),
            parameters.whole("fill", warp.fill(), 0, 255)));
  }

  private static String text(Warp.Interpolation interpolation) {
    return interpolation.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String text() {
    return Parameters.text(
        name(),
        "n",
        n,
        "m",
        m,
        "std",
        std,
        "p",
        p,
        "fill",
        warp.fill(),
        "interpolation",
        text(warp.interpolation()));
  }

  @Override
  public void apply(ClipPixels clip, CounterRandom random, Workspace workspace) {
    Operation.Geometry geometry = new Operation.Geometry(warp, LARGEST_SHIFT);
    for (int i = 0; i < n; i++) {
      Operation operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
      boolean done = random.nextDouble() < p;
      double level = Math.clamp(m + std * random.nextGaussian(), 0, 10);
      boolean otherWay = random.nextInt(2) == 1;
      if (done) {
        operation.apply(clip, level, otherWay, geometry, workspace);
      }
    }
  }
}
