package io.pairstream.augmenter.cuda;

import java.lang.foreign.MemorySegment;

/// A part of a batch that goes to the GPU, is computed there, and comes back.
interface CudaWork {
  /// Bytes of what goes in.
  long inBytes();

  /// Bytes of what comes out.
  long outBytes();

  /// Bytes that the GPU writes: what comes out and, behind it, what is only needed there.
  default long writtenBytes() {
    return outBytes();
  }

  /// Writes what goes in.
  void fill(MemorySegment buffer);

  /// Launches the kernels on a slot's stream.
  ///
  /// @param in address of what goes in, on the GPU
  /// @param out address of what is written there
  void launch(CudaSlot slot, long in, long out);

  /// Takes what came out to where it belongs.
  void collect(MemorySegment buffer);
}
