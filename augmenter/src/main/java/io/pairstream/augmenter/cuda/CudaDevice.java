package io.pairstream.augmenter.cuda;

import io.pairstream.kernel.MixFormat;
import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;

/// One GPU with the kernels loaded. Shared by threads; each makes it its own before it calls the
/// driver.
///
/// Every failure is a [ServiceException] with exit 3: what a GPU cannot do now it may do in a
/// restarted process, with the same bytes.
public final class CudaDevice implements AutoCloseable {
  /// The function of crop.cu that brings rows to a clip's width.
  static final String CROP_ROWS = "crop_rows";

  /// The function of crop.cu that brings columns to a clip's height.
  static final String CROP_COLUMNS = "crop_columns";

  private static final int NAME_BYTES = 256;

  /// A thread that waits for the GPU sleeps: others have work for the processor.
  private static final int SLEEP = cudart.CU_CTX_SCHED_BLOCKING_SYNC;

  private final int handle;
  private final String text;
  private final String capability;
  private final CUctx_st context = new CUctx_st();
  private final CUmod_st module = new CUmod_st();
  private final Map<String, CUfunc_st> kernels = new HashMap<>();
  private boolean closed;

  /// Why this machine has no usable GPU, if it has none.
  public static Optional<String> trouble() {
    return CudaLibrary.get().trouble();
  }

  /// This machine's GPUs for a person, none of them taken: `NVIDIA H200 and 1 more, driver for CUDA
  /// 13.0`.
  ///
  /// @throws ServiceException (3) saying why there is none
  public static String summary() {
    CudaLibrary library = CudaLibrary.get();
    if (library.trouble().isPresent()) {
      throw ServiceException.environment(library.trouble().get());
    }
    int[] first = new int[1];
    CudaFailure.check(cudart.cuDeviceGet(first, 0), "cuDeviceGet", "cuda:0");
    int others = library.devices() - 1;
    return "%s%s, driver for %s"
        .formatted(name(first[0]), others > 0 ? " and " + others + " more" : "", driver(library));
  }

  /// Takes a GPU.
  ///
  /// @param ordinal the driver's number of it, from 0 on
  /// @throws ServiceException (3) if it is not there or cannot be used
  public static CudaDevice open(int ordinal) {
    CudaLibrary library = CudaLibrary.get();
    if (library.trouble().isPresent()) {
      throw ServiceException.environment("--device cuda: " + library.trouble().get());
    }
    if (ordinal >= library.devices()) {
      throw ServiceException.environment(
          "--device cuda:%d: this machine has %d, from cuda:0 on"
              .formatted(ordinal, library.devices()));
    }
    CudaDevice device = new CudaDevice(ordinal);
    device.start();
    return device;
  }

  private CudaDevice(int ordinal) {
    int[] number = new int[1];
    CudaFailure.check(cudart.cuDeviceGet(number, ordinal), "cuDeviceGet", "cuda:" + ordinal);
    this.handle = number[0];
    this.text = "cuda:" + ordinal + " (" + name(handle) + ")";
    this.capability =
        attribute(cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + "."
            + attribute(cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  }

  /// What its maker calls a GPU.
  private static String name(int handle) {
    byte[] name = new byte[NAME_BYTES];
    CudaFailure.check(
        cudart.cuDeviceGetName(name, NAME_BYTES, handle), "cuDeviceGetName", "device " + handle);
    int length = 0;
    while (name[length] != 0) {
      length++;
    }
    return new String(name, 0, length, java.nio.charset.StandardCharsets.UTF_8);
  }

  private int attribute(int which) {
    int[] number = new int[1];
    check(cudart.cuDeviceGetAttribute(number, which, handle), "cuDeviceGetAttribute");
    return number[0];
  }

  private void start() {
    // Refused where another part of the process has it already: then its choice stands.
    int _ = cudart.cuDevicePrimaryCtxSetFlags(handle, SLEEP);
    check(cudart.cuDevicePrimaryCtxRetain(context, handle), "cuDevicePrimaryCtxRetain");
    try {
      makeCurrent();
      try (BytePointer image = new BytePointer(ptx())) {
        check(cudart.cuModuleLoadData(module, image), "cuModuleLoadData");
      }
      for (String name : functions()) {
        CUfunc_st function = new CUfunc_st();
        check(cudart.cuModuleGetFunction(function, module, name), "cuModuleGetFunction");
        kernels.put(name, function);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /// The kernels' text, ended by a zero.
  private static byte[] ptx() {
    try (InputStream in = CudaDevice.class.getResourceAsStream("swapmix.ptx")) {
      if (in == null) {
        throw new IllegalStateException("this build lacks swapmix.ptx");
      }
      byte[] text = in.readAllBytes();
      return Arrays.copyOf(text, text.length + 1);
    } catch (IOException e) {
      throw new IllegalStateException("swapmix.ptx cannot be read", e);
    }
  }

  /// Binds the calling thread to this GPU.
  void makeCurrent() {
    check(cudart.cuCtxSetCurrent(context), "cuCtxSetCurrent");
  }

  /// The function of swapmix.cu that makes a format.
  static String function(MixFormat format) {
    String layout = format.planar() ? "planar_" : "interleaved_";
    return "swapmix_" + layout + format.element().name().toLowerCase(Locale.ROOT);
  }

  /// The function of crop.cu that crops columns and mixes to an interleaved format.
  static String cropFunction(MixFormat format) {
    return CROP_COLUMNS + "_" + format.element().name().toLowerCase(Locale.ROOT);
  }

  /// All functions of swapmix.cu and crop.cu.
  static Set<String> functions() {
    Set<String> all = new LinkedHashSet<>(List.of(CROP_ROWS, CROP_COLUMNS));
    for (MixFormat format : MixFormat.values()) {
      all.add(function(format));
      if (!format.planar()) {
        all.add(cropFunction(format));
      }
    }
    return all;
  }

  CUfunc_st kernel(String name) {
    CUfunc_st function = kernels.get(name);
    if (function == null) {
      throw new IllegalStateException("no kernel " + name);
    }
    return function;
  }

  void check(int code, String function) {
    CudaFailure.check(code, function, text);
  }

  /// `cuda:0 (NVIDIA H200)`.
  @Override
  public String toString() {
    return text;
  }

  /// Compute capability: `9.0`.
  public String capability() {
    return capability;
  }

  /// What the driver is made for: `CUDA 13.0`.
  public String driver() {
    return driver(CudaLibrary.get());
  }

  private static String driver(CudaLibrary library) {
    int version = library.driverVersion();
    return "CUDA " + version / 1000 + "." + version % 1000 / 10;
  }

  /// Gives the GPU back; everything on it must be freed before. A GPU that is lost cannot say
  /// whether that worked, and its memory goes with the process.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    int _ = cudart.cuCtxSetCurrent(context);
    if (!module.isNull()) {
      int _ = cudart.cuModuleUnload(module);
    }
    int _ = cudart.cuDevicePrimaryCtxRelease(handle);
  }
}
