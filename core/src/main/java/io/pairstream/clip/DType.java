package io.pairstream.clip;

/// An element type of a [Tensor], with its safetensors name and its size in bytes. All
/// little-endian.
public enum DType {
  U8(1),
  I32(4),
  I64(8),
  F16(2),
  F32(4),
  F64(8);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /// Size of one element, in bytes.
  public int bytes() {
    return bytes;
  }
}
