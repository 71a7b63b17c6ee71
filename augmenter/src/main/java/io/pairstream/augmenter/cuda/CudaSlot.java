package io.pairstream.augmenter.cuda;

import io.pairstream.augmenter.kernel.MixFormat;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/// A CUDA stream with a buffer for what goes in and one for what comes out, each in pinned memory
/// and on the GPU. One chunk at a time is on its way; what two slots do overlaps.
final class CudaSlot implements AutoCloseable {
  private static final int TILES_OF_BLOCK = 8;
  private static final int BLOCK_THREADS = 256;
  private static final int TILE = 512;
  private static final int ARGUMENTS = 8;

  private final CudaDevice device;
  private final CUstream_st stream = new CUstream_st();
  private final LongPointer values = new LongPointer(ARGUMENTS);
  private final PointerPointer<Pointer> arguments = new PointerPointer<>(ARGUMENTS);
  private @Nullable CudaBuffer in;
  private @Nullable CudaBuffer out;
  private CudaJob.@Nullable Chunk running;

  CudaSlot(CudaDevice device) {
    this.device = device;
    device.check(cudart.cuStreamCreate(stream, cudart.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
    for (int i = 0; i < ARGUMENTS; i++) {
      arguments.put(i, values.getPointer(i));
    }
  }

  /// Sends a chunk on its way; nothing else may be.
  void start(CudaJob job, CudaJob.Chunk chunk) {
    CudaBuffer source = input(chunk.inBytes());
    CudaBuffer target = output(chunk.outBytes(job.format()));
    job.fill(chunk, source.host());
    running = chunk;
    device.check(
        cudart.cuMemcpyHtoDAsync(source.device(), source.pinned(), chunk.inBytes(), stream),
        "cuMemcpyHtoDAsync");
    launch(job.format(), chunk, source.device(), target.device());
    device.check(
        cudart.cuMemcpyDtoHAsync(
            target.pinned(), target.device(), chunk.outBytes(job.format()), stream),
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

  private void launch(MixFormat format, CudaJob.Chunk chunk, long from, long to) {
    launch(
        format,
        new long[] {
          from + chunk.pixelsAt(),
          to,
          from,
          chunk.groups(),
          chunk.pixels(),
          chunk.inStride(),
          chunk.outStride(format),
          chunk.planeStride(format)
        });
  }

  /// Launches a kernel.
  ///
  /// @param given the arguments as swapmix.cu has them; those of 32 bits are the low half of a
  ///   little-endian long
  void launch(MixFormat format, long[] given) {
    long tiles = given[3] * ((given[4] + TILE - 1) / TILE);
    long blocks = (tiles + TILES_OF_BLOCK - 1) / TILES_OF_BLOCK;
    values.put(given, 0, ARGUMENTS);
    device.check(
        cudart.cuLaunchKernel(
            device.kernel(format),
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

  /// Waits for the chunk that is on its way, if one is, and takes its results.
  void finish(CudaJob job) {
    CudaJob.Chunk chunk = running;
    if (chunk != null && out != null) {
      device.check(cudart.cuStreamSynchronize(stream), "cuStreamSynchronize");
      running = null;
      job.collect(chunk, out.host());
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
