package io.pairstream.augmenter.cuda;

/// What the kernel makes of U8 [N,T,H,W,3]: the element type and where the channels lie.
public enum CudaFormat {
  /// Pixels, [N,T,H,W,3].
  U8("swapmix_interleaved_u8", 1, Planes.NONE),
  /// Normalised values, [N,T,H,W,3].
  F16("swapmix_interleaved_f16", 2, Planes.NONE),
  /// Normalised values, [N,T,H,W,3].
  BF16("swapmix_interleaved_bf16", 2, Planes.NONE),
  /// Normalised values, [N,T,H,W,3].
  F32("swapmix_interleaved_f32", 4, Planes.NONE),
  /// Normalised values, [N,3,T,H,W].
  CTHW_F16("swapmix_planar_f16", 2, Planes.OF_CLIP),
  /// Normalised values, [N,3,T,H,W].
  CTHW_BF16("swapmix_planar_bf16", 2, Planes.OF_CLIP),
  /// Normalised values, [N,3,T,H,W].
  CTHW_F32("swapmix_planar_f32", 4, Planes.OF_CLIP),
  /// Normalised values, [N,T,3,H,W].
  TCHW_F16("swapmix_planar_f16", 2, Planes.OF_FRAME),
  /// Normalised values, [N,T,3,H,W].
  TCHW_BF16("swapmix_planar_bf16", 2, Planes.OF_FRAME),
  /// Normalised values, [N,T,3,H,W].
  TCHW_F32("swapmix_planar_f32", 4, Planes.OF_FRAME);

  /// Whose the planes of one channel are.
  enum Planes {
    NONE,
    OF_CLIP,
    OF_FRAME
  }

  private final String kernel;
  private final int bytes;
  private final Planes planes;

  CudaFormat(String kernel, int bytes, Planes planes) {
    this.kernel = kernel;
    this.bytes = bytes;
    this.planes = planes;
  }

  /// The function of swapmix.cu.
  String kernel() {
    return kernel;
  }

  /// Size of one element, in bytes.
  public int bytes() {
    return bytes;
  }

  /// Whether each channel has a plane of its own.
  boolean planar() {
    return planes != Planes.NONE;
  }

  /// How many groups, in the kernel's sense, a clip of so many frames is.
  long groupsOfClip(long frames) {
    return planes == Planes.OF_FRAME ? frames : 1;
  }
}
