package io.pairstream.augment.pixel;

import org.jspecify.annotations.Nullable;

/// Arrays and kernels that the operations on one batch share, so that none of them allocates for
/// each clip. What an array holds is of no meaning when an operation begins. Belongs to one thread.
public final class Workspace {
  private byte[] bytes = {};
  private byte[] clip = {};
  private int[] ints = {};
  private float[] floats = {};
  private @Nullable HueKernel hue;

  /// At least so many bytes.
  public byte[] bytes(int length) {
    if (bytes.length < length) {
      bytes = new byte[length];
    }
    return bytes;
  }

  /// At least so many bytes beside [#bytes], for one who calls those that use it.
  public byte[] clip(int length) {
    if (clip.length < length) {
      clip = new byte[length];
    }
    return clip;
  }

  /// At least so many ints.
  public int[] ints(int length) {
    if (ints.length < length) {
      ints = new int[length];
    }
    return ints;
  }

  /// At least so many floats.
  public float[] floats(int length) {
    if (floats.length < length) {
      floats = new float[length];
    }
    return floats;
  }

  /// Turns hues.
  public HueKernel hue() {
    HueKernel made = hue;
    if (made == null) {
      made = HueKernel.fastest();
      hue = made;
    }
    return made;
  }
}
