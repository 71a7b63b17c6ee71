package io.pairstream.augment;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Where texts find CUDA source files: by name and digest among those that are known already,
/// wherever they lie, or else at their path.
///
/// @param known by SHA-256
record KernelSources(Map<String, KernelSource> known) {
  KernelSources {
    known = Map.copyOf(known);
  }

  /// These and those of a plan.
  KernelSources and(AugmentationPlan plan) {
    Map<String, KernelSource> all = new TreeMap<>(known);
    for (KernelAugmentation kernel : plan.kernels()) {
      all.put(kernel.source().sha256(), kernel.source());
    }
    return new KernelSources(all);
  }

  /// @param file as the text has it, from the working directory
  /// @param sha256 what its contents must be, if the text says so
  /// @throws IllegalArgumentException if it is not there, cannot be read or is another one
  KernelSource find(String file, Optional<String> sha256) {
    Optional<KernelSource> there =
        sha256.map(known::get).filter(source -> source.file().equals(file));
    if (there.isPresent()) {
      return there.get();
    }
    KernelSource read;
    try {
      read = KernelSource.read(Path.of(file));
    } catch (IllegalArgumentException e) {
      throw sha256.isEmpty()
          ? e
          : new IllegalArgumentException(
              e.getMessage() + "; name it with its folder in --augmentation", e);
    }
    if (sha256.isPresent() && !sha256.get().equals(read.sha256())) {
      throw new IllegalArgumentException(
          "CUDA source "
              + file
              + " of SHA-256 "
              + sha256.get()
              + " is asked for, but the one here has "
              + read.sha256());
    }
    return read;
  }
}
