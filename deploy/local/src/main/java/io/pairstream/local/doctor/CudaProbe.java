package io.pairstream.local.doctor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Asks the CUDA driver for its devices (driver API: cuInit, cuDeviceGetCount, cuDeviceGetName,
/// cuDriverGetVersion).
final class CudaProbe {
  private static final int NAME_BYTES = 256;

  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup driver;
  private final Arena arena;

  private CudaProbe(Arena arena) {
    this.arena = arena;
    this.driver = SymbolLookup.libraryLookup(System.mapLibraryName("cuda") + version(), arena);
  }

  /// Linux's driver library carries its version in its name.
  private static String version() {
    return System.getProperty("os.name").startsWith("Linux") ? ".1" : "";
  }

  /// The devices and the driver's version.
  ///
  /// @throws ProbeException when there is no driver or no device
  static String ask() throws ProbeException {
    try (Arena arena = Arena.ofConfined()) {
      return new CudaProbe(arena).devices();
    } catch (IllegalArgumentException e) {
      throw new ProbeException("there is no NVIDIA driver", e);
    }
  }

  private String devices() throws ProbeException {
    MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
    int failure = call("cuInit", 0);
    if (failure != 0) {
      throw new ProbeException("the NVIDIA driver does not start (CUDA error " + failure + ")");
    }
    require("cuDriverGetVersion", call("cuDriverGetVersion", number));
    int version = number.get(ValueLayout.JAVA_INT, 0);
    require("cuDeviceGetCount", call("cuDeviceGetCount", number));
    int count = number.get(ValueLayout.JAVA_INT, 0);
    if (count == 0) {
      throw new ProbeException("the NVIDIA driver finds no device");
    }
    MemorySegment name = arena.allocate(NAME_BYTES);
    require("cuDeviceGetName", call("cuDeviceGetName", name, NAME_BYTES, 0));
    return "%s%s, driver for CUDA %d.%d"
        .formatted(
            name.getString(0),
            count > 1 ? " and " + (count - 1) + " more" : "",
            version / 1000,
            version % 1000 / 10);
  }

  private static void require(String function, int code) throws ProbeException {
    if (code != 0) {
      throw new ProbeException(function + " fails with CUDA error " + code);
    }
  }

  /// Calls a function whose arguments are pointers and ints and whose result is an error code.
  private int call(String function, Object... arguments) throws ProbeException {
    java.lang.foreign.MemoryLayout[] layouts = new java.lang.foreign.MemoryLayout[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      layouts[i] =
          arguments[i] instanceof MemorySegment ? ValueLayout.ADDRESS : ValueLayout.JAVA_INT;
    }
    MemorySegment address =
        driver
            .find(function)
            .orElseThrow(() -> new ProbeException("the NVIDIA driver has no " + function));
    MethodHandle handle =
        linker.downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts));
    try {
      return (int) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new ProbeException(function + " cannot be called", e);
    }
  }
}
