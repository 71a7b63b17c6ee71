package io.pairstream.augmenter.cuda;

import io.pairstream.augment.KernelSource;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/// A CUDA source file's function, loaded onto a GPU. One batch at a time, whole: who comes while
/// another's is computed waits, so that memory is bounded by one batch and its result.
final class CudaProgram implements AutoCloseable {
  private static final int ARGUMENTS = CompiledKernel.SIGNATURE.size();
  private static final int CHANNELS = 3;
  private static final int BLOCK_THREADS = 256;

  /// Some waves of blocks on the largest GPU; the function's loop does the rest.
  private static final long MOST_BLOCKS = 4096;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final CudaDevice device;
  private final CompiledKernel kernel;
  private final CUmod_st module = new CUmod_st();
  private final CUfunc_st function = new CUfunc_st();
  private final CUstream_st stream = new CUstream_st();
  private final LongPointer values = new LongPointer(ARGUMENTS);
  private final PointerPointer<Pointer> arguments = new PointerPointer<>(ARGUMENTS);

  // Guarded by this.
  private @Nullable CudaBuffer buffer;
  private boolean underWay;

  /// @param device stays open for as long as this, and is closed by its owner
  CudaProgram(CudaDevice device, CompiledKernel kernel) {
    this.device = device;
    this.kernel = kernel;
    for (int i = 0; i < ARGUMENTS; i++) {
      arguments.put(i, values.getPointer(i));
    }
    device.makeCurrent();
    try {
      byte[] text = kernel.ptx().getBytes(StandardCharsets.UTF_8);
      try (BytePointer image = new BytePointer(Arrays.copyOf(text, text.length + 1))) {
        load(cudart.cuModuleLoadData(module, image), "cuModuleLoadData");
      }
      load(
          cudart.cuModuleGetFunction(function, module, KernelSource.FUNCTION),
          "cuModuleGetFunction");
      load(cudart.cuStreamCreate(stream, cudart.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
    } catch (ServiceException e) {
      close();
      throw e;
    }
  }

  private void load(int code, String name) {
    if (code != cudart.CUDA_SUCCESS) {
      throw ServiceException.environment(
          "%s cannot load CUDA source %s (%s: %s; compiled by %s, the driver is for %s)"
              .formatted(
                  device,
                  kernel.source().file(),
                  name,
                  CudaFailure.name(code),
                  kernel.compiler(),
                  device.driver()));
    }
  }

  /// Where things lie in the buffer: frames, seeds, parameters, result.
  private record Layout(long frameBytes, int clips, int parameters) {
    long seedsAt() {
      return aligned(frameBytes);
    }

    long parametersAt() {
      return seedsAt() + clips * (long) Long.BYTES;
    }

    long resultAt() {
      return aligned(parametersAt() + parameters * (long) Float.BYTES);
    }

    long bytes() {
      return resultAt() + frameBytes;
    }

    private static long aligned(long bytes) {
      return (bytes + 255) / 256 * 256;
    }
  }

  /// Computes a batch; the result is there when this returns.
  ///
  /// @param frames U8 [N,T,H,W,3]
  /// @param seeds of the N clips
  /// @param parameters in the source's order
  /// @param result as long as the frames; overwritten
  /// @throws ServiceException (3) if the GPU fails: nothing of the result is to be used
  synchronized void run(Tensor frames, long[] seeds, float[] parameters, MemorySegment result) {
    device.makeCurrent();
    if (underWay) {
      // What failed before may still write into the buffer.
      check(cudart.cuStreamSynchronize(stream), "cuStreamSynchronize");
    }
    Layout layout = new Layout(frames.data().byteSize(), seeds.length, parameters.length);
    CudaBuffer memory = memory(layout.bytes());
    MemorySegment host = memory.host();
    host.copyFrom(frames.data());
    MemorySegment.copy(seeds, 0, host, LONG, layout.seedsAt(), seeds.length);
    MemorySegment.copy(parameters, 0, host, FLOAT, layout.parametersAt(), parameters.length);
    underWay = true;
    check(
        cudart.cuMemcpyHtoDAsync(memory.device(), memory.pinned(), layout.resultAt(), stream),
        "cuMemcpyHtoDAsync");
    long out = memory.device() + layout.resultAt();
    check(
        cudart.cuMemcpyDtoDAsync(out, memory.device(), layout.frameBytes(), stream),
        "cuMemcpyDtoDAsync");
    launch(frames.shape(), layout, memory.device());
    check(
        cudart.cuMemcpyDtoHAsync(
            memory.pinned().getPointer(layout.resultAt()), out, layout.frameBytes(), stream),
        "cuMemcpyDtoHAsync");
    check(cudart.cuStreamSynchronize(stream), "cuStreamSynchronize");
    underWay = false;
    MemorySegment.copy(host, layout.resultAt(), result, 0, layout.frameBytes());
  }

  private CudaBuffer memory(long bytes) {
    CudaBuffer there = buffer;
    if (there == null || there.bytes() < bytes) {
      buffer = null;
      CudaBuffer.free(there);
      there = CudaBuffer.allocate(device, bytes);
      buffer = there;
    }
    return there;
  }

  private void launch(Shape shape, Layout layout, long at) {
    // Of 32 bits is the low half of a little-endian long.
    values.put(
        new long[] {
          at,
          at + layout.resultAt(),
          shape.dim(0),
          shape.dim(1),
          shape.dim(2),
          shape.dim(3),
          at + layout.seedsAt(),
          at + layout.parametersAt()
        },
        0,
        ARGUMENTS);
    long blocks = Math.ceilDiv(layout.frameBytes() / CHANNELS, BLOCK_THREADS);
    check(
        cudart.cuLaunchKernel(
            function,
            (int) Math.min(blocks, MOST_BLOCKS),
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

  private void check(int code, String name) {
    if (code != cudart.CUDA_SUCCESS) {
      throw ServiceException.environment(
          "%s failed with CUDA source %s (%s: %s): the batch was not written; an illegal access is"
                  .formatted(device, kernel.source().file(), name, CudaFailure.name(code))
              + " the source's fault, else start the augmenter again");
    }
  }

  /// Frees everything; no call may be under way. A GPU that is lost frees nothing and needs not.
  @Override
  public synchronized void close() {
    try {
      device.makeCurrent();
    } catch (ServiceException e) {
      // Whoever computed last was told.
      return;
    }
    if (!stream.isNull()) {
      int _ = cudart.cuStreamSynchronize(stream);
      CudaBuffer.free(buffer);
      buffer = null;
      int _ = cudart.cuStreamDestroy(stream);
      stream.setNull();
    }
    if (!module.isNull()) {
      int _ = cudart.cuModuleUnload(module);
      module.setNull();
    }
    arguments.close();
    values.close();
  }
}
