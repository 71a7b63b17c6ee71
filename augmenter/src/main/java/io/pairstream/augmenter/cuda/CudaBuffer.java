package io.pairstream.augmenter.cuda;

import java.lang.foreign.MemorySegment;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/// As much memory on the GPU as in the host's pinned memory, for copies between them.
///
/// @param pinned memory of the host that the GPU reads and writes by itself
/// @param device address on the GPU
/// @param bytes of each
record CudaBuffer(BytePointer pinned, long device, long bytes) {
  static CudaBuffer allocate(CudaDevice device, long bytes) {
    long[] address = new long[1];
    device.check(cudart.cuMemAlloc(address, bytes), "cuMemAlloc of " + bytes + " bytes");
    try (PointerPointer<BytePointer> place = new PointerPointer<>(1)) {
      int code = cudart.cuMemHostAlloc(place, bytes, 0);
      if (code != cudart.CUDA_SUCCESS) {
        int _ = cudart.cuMemFree(address[0]);
      }
      device.check(code, "cuMemHostAlloc of " + bytes + " bytes");
      return new CudaBuffer(place.get(BytePointer.class, 0), address[0], bytes);
    }
  }

  /// The pinned memory.
  MemorySegment host() {
    return MemorySegment.ofAddress(pinned.address()).reinterpret(bytes);
  }

  /// A lost GPU frees nothing; its memory goes with the process.
  static void free(@Nullable CudaBuffer buffer) {
    if (buffer != null) {
      int _ = cudart.cuMemFree(buffer.device);
      int _ = cudart.cuMemFreeHost(buffer.pinned);
    }
  }
}
