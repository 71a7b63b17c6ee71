package io.pairstream.wire;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The checksum by which the journal knows a record's value.
public final class Checksum {
  private Checksum() {}

  /// CRC-32C (Castagnoli) of a value.
  public static long crc32c(byte[] value) {
    return crc32c(ByteBuffer.wrap(value));
  }

  /// The same of what remains of a buffer, which stays as it is.
  public static long crc32c(ByteBuffer value) {
    CRC32C crc = new CRC32C();
    crc.update(value.duplicate());
    return crc.getValue();
  }
}
