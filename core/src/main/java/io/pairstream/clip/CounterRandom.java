package io.pairstream.clip;

import java.nio.charset.StandardCharsets;

/// Random numbers as a function of (seed, epoch, batch, clip, purpose) and of how many were drawn
/// before: no state is shared, so any process can make the draws of any batch again.
///
/// The key folds the five values through the finaliser of SplitMix64 (Steele, Lea, Flood: Fast
/// splittable pseudorandom number generators, OOPSLA 2014); draw i is that finaliser of `key +
/// (i+1)·γ`. Floating-point results use [StrictMath], so they are the same everywhere.
public final class CounterRandom {
  /// The clip number of draws that belong to a whole batch.
  public static final long WHOLE_BATCH = -1;

  private static final long GAMMA = 0x9E3779B97F4A7C15L;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final long key;
  private long counter;

  private CounterRandom(long key) {
    this.key = key;
  }

  /// The draws for one purpose of one clip.
  ///
  /// @param clip place in the batch from 0, or [#WHOLE_BATCH]
  /// @param purpose what the draws are for, such as `sampling`; different purposes are independent
  public static CounterRandom of(long seed, BatchId id, long clip, String purpose) {
    return of(seed, id, clip, "", purpose);
  }

  /// The draws for the purpose `place + purpose`.
  public static CounterRandom of(long seed, BatchId id, long clip, String place, String purpose) {
    long key = mix(seed + GAMMA);
    key = mix(key ^ mix(id.epoch() + 2 * GAMMA));
    key = mix(key ^ mix(id.batch() + 3 * GAMMA));
    key = mix(key ^ mix(clip + 4 * GAMMA));
    key = mix(key ^ mix(hash(hash(FNV_OFFSET, place), purpose) + 5 * GAMMA));
    return new CounterRandom(key);
  }

  /// The draws for one purpose of a whole run or epoch.
  public static CounterRandom of(long seed, long epoch, String purpose) {
    return of(seed, new BatchId(epoch, 0), Long.MIN_VALUE, purpose);
  }

  /// 64 uniform bits.
  public long nextLong() {
    counter++;
    return mix(key + counter * GAMMA);
  }

  /// Uniform in [0,1), a multiple of 2^-53.
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /// Uniform in [0,bound), without bias.
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound " + bound + " is not positive");
    }
    // Reject the low products that would favour some values (Lemire, ACM TOMACS 2019).
    long threshold = Integer.remainderUnsigned(-bound, bound) & 0xFFFFFFFFL;
    while (true) {
      long product = (nextLong() >>> 32) * bound;
      if ((product & 0xFFFFFFFFL) >= threshold) {
        return (int) (product >>> 32);
      }
    }
  }

  /// Standard normal (Marsaglia's polar method).
  public double nextGaussian() {
    while (true) {
      double x = 2 * nextDouble() - 1;
      double y = 2 * nextDouble() - 1;
      double square = x * x + y * y;
      if (square < 1 && square > 0) {
        return x * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
      }
    }
  }

  /// Beta(a,b) for any positive a and b, however small: the ratio of two gamma variates, in logs.
  public double nextBeta(double a, double b) {
    if (!(a > 0 && b > 0) || Double.isInfinite(a) || Double.isInfinite(b)) {
      throw new IllegalArgumentException("Beta(" + a + "," + b + ") needs positive parameters");
    }
    if (a == 1 && b == 1) {
      return nextDouble();
    }
    if (Math.max(a, b) < 1e-200) {
      // The limit, where the logarithms below would both be infinite.
      return nextDouble() < a / (a + b) ? 1 : 0;
    }
    double x = nextLogGamma(a);
    double y = nextLogGamma(b);
    return 1 / (1 + StrictMath.exp(y - x));
  }

  /// A uniform order of 0 … n−1 (Fisher and Yates).
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /// The logarithm of a Gamma(shape,1) variate (Marsaglia and Tsang, ACM TOMS 2000; below 1 by
  /// their boost `Gamma(a) = Gamma(a+1)·U^(1/a)`).
  private double nextLogGamma(double shape) {
    if (shape < 1) {
      double u = 1 - nextDouble();
      return nextLogGamma(shape + 1) + StrictMath.log(u) / shape;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = nextGaussian();
      double v = 1 + c * x;
      if (v <= 0) {
        continue;
      }
      v = v * v * v;
      double u = 1 - nextDouble();
      if (StrictMath.log(u) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return StrictMath.log(d * v);
      }
    }
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /// 64-bit FNV-1a of the text's UTF-8 bytes, continued from another text's.
  private static long hash(long before, String text) {
    long hash = before;
    for (int i = 0; i < text.length(); i++) {
      char sign = text.charAt(i);
      if (sign >= 0x80) {
        return hash(before, text.getBytes(StandardCharsets.UTF_8));
      }
      hash = (hash ^ sign) * FNV_PRIME;
    }
    return hash;
  }

  private static long hash(long before, byte[] text) {
    long hash = before;
    for (byte b : text) {
      hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
    }
    return hash;
  }
}
