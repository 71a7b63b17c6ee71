package io.pairstream.augmenter.cuda;

import io.pairstream.kernel.MixFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.global.cudart;

/// Measures a GPU: its kernels and the copies that bound them. Each result is a median of rounds
/// that were timed as a whole, on buffers in turn that together are several times the GPU's cache.
///
/// In the package of the kernels, which it launches as they do, but no part of the augmenter.
public final class CudaSpeed implements AutoCloseable {
  private static final int WARM_UP = 3;
  private static final int LAUNCHES = 40;

  /// So many sets of buffers take turns.
  private static final int SETS = 4;

  private final CudaDevice device;
  private final int rounds;
  private final int warmUp;
  private final CudaSlot slot;
  private final CudaSlot other;
  private final CUevent_st start = new CUevent_st();
  private final CUevent_st end = new CUevent_st();

  /// @param rounds of each measurement; a single one is not warmed up for either
  public CudaSpeed(CudaDevice device, int rounds) {
    this.device = device;
    this.rounds = rounds;
    this.warmUp = rounds == 1 ? 0 : WARM_UP;
    device.makeCurrent();
    this.slot = new CudaSlot(device);
    this.other = new CudaSlot(device);
    device.check(cudart.cuEventCreate(start, 0), "cuEventCreate");
    device.check(cudart.cuEventCreate(end, 0), "cuEventCreate");
  }

  /// Seconds of one launch over groups of as many pixels, densely packed.
  ///
  /// @param pixels of a group; times 3 bytes it is a multiple of 16
  public double kernelSeconds(MixFormat format, int groups, int pixels) {
    long inBytes = 3L * pixels * groups;
    long plane = (long) pixels * format.bytes();
    long weights = (long) CudaJob.WEIGHT_BYTES * groups;
    try (Memory memory = new Memory(device)) {
      List<long[]> sets = new ArrayList<>();
      for (int i = 0; i < SETS; i++) {
        long in = memory.allocate(inBytes);
        long out = memory.allocate(inBytes * format.bytes());
        long table = memory.allocate(weights);
        sets.add(new long[] {in, out, table, groups, pixels, 3L * pixels, 3 * plane, plane});
      }
      return seconds(i -> slot.launch(format, sets.get(i % SETS)));
    }
  }

  /// Seconds of a copy of so many bytes on the device, which reads and writes each once.
  public double deviceCopySeconds(long bytes) {
    try (Memory memory = new Memory(device)) {
      long[] from = new long[SETS];
      long[] to = new long[SETS];
      for (int i = 0; i < SETS; i++) {
        from[i] = memory.allocate(bytes);
        to[i] = memory.allocate(bytes);
      }
      return seconds(i ->
          device.check(
              cudart.cuMemcpyDtoDAsync(to[i % SETS], from[i % SETS], bytes, slot.stream()),
              "cuMemcpyDtoDAsync"));
    }
  }

  /// Seconds of copying so many bytes to the device and, at the same time, so many back, from and
  /// to pinned memory: what no way through the GPU can beat.
  public double hostCopySeconds(long in, long out) {
    CudaBuffer source = CudaBuffer.allocate(device, in);
    CudaBuffer target = CudaBuffer.allocate(device, out);
    try {
      double[] all = new double[rounds];
      for (int round = -warmUp; round < rounds; round++) {
        long begun = System.nanoTime();
        device.check(
            cudart.cuMemcpyHtoDAsync(source.device(), source.pinned(), in, slot.stream()),
            "cuMemcpyHtoDAsync");
        device.check(
            cudart.cuMemcpyDtoHAsync(target.pinned(), target.device(), out, other.stream()),
            "cuMemcpyDtoHAsync");
        device.check(cudart.cuStreamSynchronize(slot.stream()), "cuStreamSynchronize");
        device.check(cudart.cuStreamSynchronize(other.stream()), "cuStreamSynchronize");
        if (round >= 0) {
          all[round] = (System.nanoTime() - begun) / 1e9;
        }
      }
      return median(all);
    } finally {
      CudaBuffer.free(source);
      CudaBuffer.free(target);
    }
  }

  private interface Work {
    void enqueue(int i);
  }

  private double seconds(Work work) {
    double[] all = new double[rounds];
    float[] millis = new float[1];
    for (int round = -warmUp; round < rounds; round++) {
      device.check(cudart.cuEventRecord(start, slot.stream()), "cuEventRecord");
      for (int i = 0; i < LAUNCHES; i++) {
        work.enqueue(i);
      }
      device.check(cudart.cuEventRecord(end, slot.stream()), "cuEventRecord");
      device.check(cudart.cuEventSynchronize(end), "cuEventSynchronize");
      device.check(cudart.cuEventElapsedTime(millis, start, end), "cuEventElapsedTime");
      if (round >= 0) {
        all[round] = millis[0] / 1e3 / LAUNCHES;
      }
    }
    return median(all);
  }

  private static double median(double[] all) {
    Arrays.sort(all);
    return all[all.length / 2];
  }

  @Override
  public void close() {
    device.makeCurrent();
    int _ = cudart.cuEventDestroy(start);
    int _ = cudart.cuEventDestroy(end);
    slot.close();
    other.close();
  }

  /// What was allocated on the device for one measurement.
  private static final class Memory implements AutoCloseable {
    private final CudaDevice device;
    private final List<Long> all = new ArrayList<>();

    Memory(CudaDevice device) {
      this.device = device;
    }

    long allocate(long bytes) {
      long[] address = new long[1];
      device.check(cudart.cuMemAlloc(address, bytes), "cuMemAlloc of " + bytes + " bytes");
      all.add(address[0]);
      return address[0];
    }

    @Override
    public void close() {
      for (long address : all) {
        int _ = cudart.cuMemFree(address);
      }
    }
  }
}
