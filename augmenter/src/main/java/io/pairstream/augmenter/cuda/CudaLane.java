package io.pairstream.augmenter.cuda;

import java.util.List;

/// Two slots that take turns: while the GPU works on one's part, the other's is copied. Used by one
/// thread at a time.
///
/// Its memory is bounded: four buffers of at most 8 MiB of pixels, up to four times as much as F32,
/// on the GPU and as much pinned; where frames are cropped, also what a crop keeps on its way. A
/// single frame is never cut.
final class CudaLane implements AutoCloseable {
  /// Long enough that a copy takes much longer than to ask for it (8 MiB: 0.15 ms at 55 GB/s).
  private static final long LARGEST = 8 << 20;

  private static final long SMALLEST = 1 << 20;

  /// The first and the last part overlap with nothing: of so many each is a small part.
  private static final long PARTS = 4;

  private final CudaDevice device;
  private final List<CudaSlot> slots;

  CudaLane(CudaDevice device) {
    this.device = device;
    device.makeCurrent();
    CudaSlot first = new CudaSlot(device);
    try {
      this.slots = List.of(first, new CudaSlot(device));
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  /// About how many bytes of pixels a part of a batch should have.
  ///
  /// @param batch bytes of all its pixels
  static long partBytes(long batch) {
    return Math.clamp(batch / PARTS, SMALLEST, LARGEST);
  }

  /// Computes all parts of a batch; the result is there when this returns.
  void run(List<? extends CudaWork> parts) {
    device.makeCurrent();
    int turn = 0;
    for (CudaWork part : parts) {
      CudaSlot slot = slots.get(turn);
      slot.finish();
      slot.start(part);
      turn = (turn + 1) % slots.size();
    }
    for (int i = 0; i < slots.size(); i++) {
      slots.get((turn + i) % slots.size()).finish();
    }
  }

  @Override
  public void close() {
    device.makeCurrent();
    slots.forEach(CudaSlot::close);
  }
}
