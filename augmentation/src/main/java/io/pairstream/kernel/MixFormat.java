package io.pairstream.kernel;

import io.pairstream.clip.Shape;

/// What a kernel makes of U8 [N,T,H,W,3]: the element type and where the channels lie.
public enum MixFormat {
  /// Pixels, [N,T,H,W,3].
  U8(Element.U8, Planes.NONE),
  /// Normalised values, [N,T,H,W,3].
  F16(Element.F16, Planes.NONE),
  /// Normalised values, [N,T,H,W,3].
  BF16(Element.BF16, Planes.NONE),
  /// Normalised values, [N,T,H,W,3].
  F32(Element.F32, Planes.NONE),
  /// Normalised values, [N,3,T,H,W].
  CTHW_F16(Element.F16, Planes.OF_CLIP),
  /// Normalised values, [N,3,T,H,W].
  CTHW_BF16(Element.BF16, Planes.OF_CLIP),
  /// Normalised values, [N,3,T,H,W].
  CTHW_F32(Element.F32, Planes.OF_CLIP),
  /// Normalised values, [N,T,3,H,W].
  TCHW_F16(Element.F16, Planes.OF_FRAME),
  /// Normalised values, [N,T,3,H,W].
  TCHW_BF16(Element.BF16, Planes.OF_FRAME),
  /// Normalised values, [N,T,3,H,W].
  TCHW_F32(Element.F32, Planes.OF_FRAME);

  /// What a value is stored as, little-endian.
  public enum Element {
    /// A pixel, rounded half to even and saturated.
    U8(1),
    /// IEEE binary16, rounded half to even.
    F16(2),
    /// The upper half of an F32, rounded half to even.
    BF16(2),
    /// IEEE binary32.
    F32(4);

    private final int bytes;

    Element(int bytes) {
      this.bytes = bytes;
    }

    /// Its size.
    public int bytes() {
      return bytes;
    }
  }

  private enum Planes {
    NONE,
    OF_CLIP,
    OF_FRAME
  }

  private final Element element;
  private final Planes planes;

  MixFormat(Element element, Planes planes) {
    this.element = element;
    this.planes = planes;
  }

  /// The type of a value.
  public Element element() {
    return element;
  }

  /// Size of one value, in bytes.
  public int bytes() {
    return element.bytes();
  }

  /// Whether each channel has a plane of its own.
  public boolean planar() {
    return planes != Planes.NONE;
  }

  /// How many groups a clip of so many frames is. A group is what has planes of its own: [3,
  /// pixels] where they are planar, else the clip's [pixels, 3].
  public long groupsOfClip(long frames) {
    return planes == Planes.OF_FRAME ? frames : 1;
  }

  /// Size of what is made of frames of a shape, in bytes.
  ///
  /// @param frames [N,T,H,W,3]
  public long bytesOf(Shape frames) {
    return frames.elements() * bytes();
  }
}
