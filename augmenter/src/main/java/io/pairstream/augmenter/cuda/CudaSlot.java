package io.pairstream.augmenter.cuda;

import io.pairstream.kernel.MixFormat;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/// A CUDA stream with a buffer for what goes in and one for what comes out, each in pinned memory
/// and on the GPU. One part of a batch at a time is on its way; what two slots do overlaps.
final class CudaSlot implements AutoCloseable {
  private static final int TILES_OF_BLOCK = 8;
  private static final int BLOCK_THREADS = 256;
  private static final int TILE = 512;
  private static final int ARGUMENTS = 16;

  private final CudaDevice device;
  private final CUstream_st stream = new CUstream_st();
  private final LongPointer values = new LongPointer(ARGUMENTS);
  private final PointerPointer<Pointer> arguments = new PointerPointer<>(ARGUMENTS);
  private @Nullable CudaBuffer in;
  private @Nullable CudaBuffer out;
  private @Nullable CudaWork running;

  CudaSlot(CudaDevice device) {
    this.device = device;
    device.check(cudart.cuStreamCreate(stream, cudart.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
    for (int i = 0; i < ARGUMENTS; i++) {
      arguments.put(i, values.getPointer(i));
    }
  }

  /// Sends a part on its way; nothing else may be.
  void start(CudaWork work) {
    CudaBuffer source = input(work.inBytes());
    CudaBuffer target = output(work.writtenBytes());
    work.fill(source.host());
    running = work;
    device.check(
        cudart.cuMemcpyHtoDAsync(source.device(), source.pinned(), work.inBytes(), stream),
        "cuMemcpyHtoDAsync");
    work.launch(this, source.device(), target.device());
    device.check(
        cudart.cuMemcpyDtoHAsync(target.pinned(), target.device(), work.outBytes(), stream),
        "cuMemcpyDtoHAsync");
  }

  private CudaBuffer input(long bytes) {
    CudaBuffer there = in;
    if (there == null || there.bytes() < bytes) {
      in = null;
      CudaBuffer.free(there);
      there = CudaBuffer.allocate(device, bytes);
      in = there;
    }
    return there;
  }

  private CudaBuffer output(long bytes) {
    CudaBuffer there = out;
    if (there == null || there.bytes() < bytes) {
      out = null;
      CudaBuffer.free(there);
      there = CudaBuffer.allocate(device, bytes);
      out = there;
    }
    return there;
  }

  /// Launches SwapMix.
  ///
  /// @param given the arguments as swapmix.cu has them; those of 32 bits are the low half of a
  ///   little-endian long
  void launch(MixFormat format, long[] given) {
    long tiles = given[3] * Math.ceilDiv(given[4], TILE);
    launch(CudaDevice.function(format), Math.ceilDiv(tiles, TILES_OF_BLOCK), given);
  }

  /// Launches a kernel whose one argument is made of longs, with a thread for each result.
  void launchEach(String function, long results, long[] argument) {
    launch(function, Math.ceilDiv(results, BLOCK_THREADS), argument);
  }

  private void launch(String function, long blocks, long[] given) {
    values.put(given, 0, given.length);
    device.check(
        cudart.cuLaunchKernel(
            device.kernel(function),
            Math.toIntExact(blocks),
            1,
            1,
            BLOCK_THREADS,
            1,
            1,
            0,
            stream,
            arguments,
            null),
        "cuLaunchKernel");
  }

  /// Waits for the part that is on its way, if one is, and takes its results.
  void finish() {
    CudaWork work = running;
    if (work != null && out != null) {
      device.check(cudart.cuStreamSynchronize(stream), "cuStreamSynchronize");
      running = null;
      work.collect(out.host());
    }
  }

  CUstream_st stream() {
    return stream;
  }

  /// Waits for what is under way and frees everything. A GPU that is lost frees nothing and needs
  /// not.
  @Override
  public void close() {
    int _ = cudart.cuStreamSynchronize(stream);
    CudaBuffer.free(in);
    CudaBuffer.free(out);
    int _ = cudart.cuStreamDestroy(stream);
    arguments.close();
    values.close();
  }
}
