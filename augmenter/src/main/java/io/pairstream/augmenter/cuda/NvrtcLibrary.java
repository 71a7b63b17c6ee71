package io.pairstream.augmenter.cuda;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds NVIDIA's run-time compiler on this machine: where the system looks for libraries
/// (`LD_LIBRARY_PATH`), then in `CUDA_HOME`, `CUDA_PATH` and the toolkit's usual folder.
final class NvrtcLibrary {
  private static final List<Integer> VERSIONS = List.of(13, 12);
  private static final boolean ON_WINDOWS = System.getProperty("os.name").startsWith("Windows");

  private NvrtcLibrary() {}

  /// The library, which stays loaded as long as the process lives.
  ///
  /// @param environment variables by name
  /// @param newest the version that the driver is made for: an older compiler goes before a newer
  ///   one, whose PTX the driver may not take
  static Optional<SymbolLookup> find(Map<String, String> environment, int newest) {
    List<Integer> order = new ArrayList<>(VERSIONS);
    order.sort(
        java.util.Comparator.comparing((Integer version) -> version > newest)
            .thenComparing(java.util.Comparator.reverseOrder()));
    for (int version : order) {
      Optional<SymbolLookup> found = byName(name(version));
      if (found.isPresent()) {
        return found;
      }
      for (Path folder : folders(environment)) {
        Path file = folder.resolve(name(version));
        if (Files.exists(file)) {
          loadBuiltins(folder, version);
          return Optional.of(SymbolLookup.libraryLookup(file, Arena.global()));
        }
      }
    }
    return Optional.empty();
  }

  private static String name(int version) {
    return ON_WINDOWS ? "nvrtc64_" + version + "0_0.dll" : "libnvrtc.so." + version;
  }

  private static List<Path> folders(Map<String, String> environment) {
    List<Path> folders = new ArrayList<>();
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      String home = environment.getOrDefault(variable, "");
      if (!home.isEmpty()) {
        for (String inner : List.of("lib64", "lib", "bin", "bin/x64")) {
          folders.add(Path.of(home, inner));
        }
      }
    }
    folders.add(Path.of("/usr/local/cuda/lib64"));
    return folders;
  }

  private static Optional<SymbolLookup> byName(String name) {
    try {
      return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// The compiler looks for a second library by its name alone, which is found in a folder that the
  /// system does not know only if it is loaded already.
  private static void loadBuiltins(Path folder, int version) {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, "*nvrtc-builtins*" + version + "*")) {
      for (Path file : files) {
        byName(file.toString());
      }
    } catch (IOException e) {
      // Whoever compiles is told what is missing.
      return;
    }
  }
}
