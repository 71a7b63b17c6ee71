package io.pairstream.augmenter.cuda;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Loader;

/// The driver's library, tried once in this process.
///
/// @param trouble why there is no device, if there is none
/// @param devices how many there are
/// @param driverVersion 13000 for CUDA 13.0
record CudaLibrary(Optional<String> trouble, int devices, int driverVersion) {
  private static final String RUNTIME = "libcudart.so.13";
  private static final boolean ON_LINUX = System.getProperty("os.name").startsWith("Linux");

  /// Loads when it is first asked for: a class that failed to load once stays unusable, so nobody
  /// tries twice.
  private static final class Holder {
    static final CudaLibrary LOADED = load();
  }

  static CudaLibrary get() {
    return Holder.LOADED;
  }

  private static CudaLibrary load() {
    if (!driverIsInstalled()) {
      return none("there is no NVIDIA driver on this machine");
    }
    try {
      standInForTheRuntime();
      Loader.load(cudart.class);
      return ask();
    } catch (LinkageError | IOException e) {
      return none(
          "CUDA's libraries cannot be loaded: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString()));
    }
  }

  /// Looks for what bytedeco's library would fail without, which says less clearly what it lacks.
  private static boolean driverIsInstalled() {
    String name = ON_LINUX ? "libcuda.so.1" : System.mapLibraryName("nvcuda");
    try (Arena arena = Arena.ofConfined()) {
      return SymbolLookup.libraryLookup(name, arena).find("cuInit").isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static CudaLibrary ask() {
    int code = cudart.cuInit(0);
    if (code != cudart.CUDA_SUCCESS) {
      return none("the NVIDIA driver does not start: " + CudaFailure.name(code));
    }
    int[] number = new int[1];
    code = cudart.cuDriverGetVersion(number);
    int version = code == cudart.CUDA_SUCCESS ? number[0] : 0;
    code = cudart.cuDeviceGetCount(number);
    if (code != cudart.CUDA_SUCCESS || number[0] == 0) {
      return none("the NVIDIA driver finds no device");
    }
    return new CudaLibrary(Optional.empty(), number[0], version);
  }

  private static CudaLibrary none(String trouble) {
    return new CudaLibrary(Optional.of(trouble), 0, 0);
  }

  /// See [EmptyLibrary]. Elsewhere than on Linux, CUDA's toolkit must be installed.
  private static void standInForTheRuntime() throws IOException {
    String architecture = System.getProperty("os.arch");
    int machine =
        switch (architecture) {
          case "amd64", "x86_64" -> 62;
          case "aarch64" -> 183;
          default -> 0;
        };
    if (!ON_LINUX || machine == 0) {
      return;
    }
    Path folder = Files.createTempDirectory("pairstream-cuda");
    Path file = folder.resolve(RUNTIME);
    try {
      Files.write(file, EmptyLibrary.elf(RUNTIME, machine));
      System.load(file.toString());
    } finally {
      // Once loaded it needs no name in a folder.
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }
}
