package io.pairstream.local.demo;

import io.pairstream.clip.CounterRandom;

/// One clip of the demo's task: a shape (ellipse, rectangle or triangle) before a cloudy background
/// that moves, grows, shrinks or turns. All numbers come from a [CounterRandom] and [StrictMath],
/// so a clip is the same bytes on every machine.
final class MotionClip {
  /// Height and width in pixels.
  static final int SIZE = 40;

  /// Steps of the motion that a clip shows.
  private static final int STEPS = 8;

  /// How long each step is held, as animators draw on twos: a model that samples as many frames as
  /// there are steps sees each step once, whichever of its frames is chosen.
  private static final int HELD = 2;

  /// Frames of the video.
  static final int FRAMES = STEPS * HELD;

  private static final int TEXTURE = 6;
  private static final double NOISE = 0.02;

  /// How fast a shape slides and turns beside growing, so that all motions are about equally plain.
  private static final double PACE = 1.5;

  private enum Outline {
    ELLIPSE,
    RECTANGLE,
    TRIANGLE
  }

  private final Motion motion;
  private final CounterRandom random;
  private final double[] foreground;
  private final double[] background;
  private final double[] texture;
  private final double centreX;
  private final double centreY;
  private final double radius;
  private final double slide;
  private final double angle;
  private final double turn;
  private final double growth;
  private final Outline outline;
  private final double aspect;

  private MotionClip(Motion motion, double hue, CounterRandom random) {
    this.motion = motion;
    this.random = random;
    double[] clouds = new double[TEXTURE * TEXTURE];
    for (int i = 0; i < clouds.length; i++) {
      clouds[i] = random.nextDouble();
    }
    this.texture = magnified(clouds);
    this.foreground = Hue.rgb(hue, between(0.6, 1), between(0.6, 1));
    double nearby = hue + 0.1 * random.nextGaussian();
    this.background = Hue.rgb(nearby, between(0.3, 0.7), between(0.2, 0.6));
    this.centreX = SIZE / 2.0 + between(-8, 8);
    this.centreY = SIZE / 2.0 + between(-8, 8);
    this.radius = between(6, 11);
    this.slide = between(1.2, 2.5);
    this.angle = between(0, 2 * StrictMath.PI);
    this.turn = between(0.12, 0.3);
    this.growth = between(0.5, 1);
    this.outline = Outline.values()[random.nextInt(Outline.values().length)];
    this.aspect = between(0.35, 0.6);
  }

  /// Draws a clip.
  ///
  /// @param hueFollowsClass the share of clips whose hue tells the class, in [0,1]; the others' hue
  ///   is uniform
  /// @return U8 [T,H,W,3] RGB
  static byte[] draw(Motion motion, double hueFollowsClass, CounterRandom random) {
    boolean follows = random.nextDouble() < hueFollowsClass;
    double hue = follows ? motion.hue() + 0.03 * random.nextGaussian() : random.nextDouble();
    MotionClip clip = new MotionClip(motion, hue, random);
    byte[] frames = new byte[FRAMES * SIZE * SIZE * 3];
    for (int t = 0; t < FRAMES; t++) {
      clip.drawFrame(t, frames);
    }
    return frames;
  }

  private void drawFrame(int t, byte[] frames) {
    double k = t / HELD - (STEPS - 1) / 2.0;
    double x = centreX;
    double y = centreY;
    double r = radius;
    double a = angle;
    switch (motion) {
      case LEFT -> x -= PACE * slide * k;
      case RIGHT -> x += PACE * slide * k;
      case UP -> y -= PACE * slide * k;
      case DOWN -> y += PACE * slide * k;
      case GROW -> r += growth * k;
      case SHRINK -> r -= growth * k;
      case CLOCKWISE -> a += PACE * turn * k;
      case COUNTERCLOCKWISE -> a -= PACE * turn * k;
    }
    double cos = StrictMath.cos(a);
    double sin = StrictMath.sin(a);
    int at = t * SIZE * SIZE * 3;
    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++) {
        double dx = column - x;
        double dy = row - y;
        boolean inside = covers(dx * cos + dy * sin, dy * cos - dx * sin, r);
        double shade = 0.5 + 0.5 * texture[row * SIZE + column];
        for (int c = 0; c < 3; c++) {
          double value = inside ? foreground[c] : background[c] * shade;
          frames[at++] = Hue.pixel(value + NOISE * noise());
        }
      }
    }
  }

  /// Whether the outline of radius r covers the point (u,v) of its own axes.
  private boolean covers(double u, double v, double r) {
    return switch (outline) {
      case ELLIPSE -> square(u / r) + square(v / (r * aspect)) < 1;
      case RECTANGLE -> Math.abs(u) < r && Math.abs(v) < r * aspect;
      case TRIANGLE -> u > -r && u < r && Math.abs(v) < (r - u) * aspect * 0.6;
    };
  }

  private double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /// Mean 0, variance 1, nearly normal: the sum of four uniform 16-bit numbers of one draw, which
  /// is ten times cheaper than a normal one; there are 76,800 a clip.
  private double noise() {
    long bits = random.nextLong();
    long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
    return (sum / 65536.0 - 2) * 1.7320508075688772;
  }

  /// Bilinear from [TEXTURE,TEXTURE] to [SIZE,SIZE], pixel centres aligned, edges repeated.
  private static double[] magnified(double[] small) {
    double[] large = new double[SIZE * SIZE];
    for (int row = 0; row < SIZE; row++) {
      double y = source(row);
      int top = (int) y;
      int bottom = Math.min(top + 1, TEXTURE - 1);
      for (int column = 0; column < SIZE; column++) {
        double x = source(column);
        int left = (int) x;
        int right = Math.min(left + 1, TEXTURE - 1);
        double above = mix(small[top * TEXTURE + left], small[top * TEXTURE + right], x - left);
        double below =
            mix(small[bottom * TEXTURE + left], small[bottom * TEXTURE + right], x - left);
        large[row * SIZE + column] = mix(above, below, y - top);
      }
    }
    return large;
  }

  private static double source(int pixel) {
    return Math.max(0, (pixel + 0.5) * TEXTURE / SIZE - 0.5);
  }

  private static double mix(double a, double b, double share) {
    return a + (b - a) * share;
  }

  private static double square(double x) {
    return x * x;
  }
}
