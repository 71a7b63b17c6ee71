package io.pairstream.augmenter.cuda;

import io.pairstream.augment.Augmentation;
import io.pairstream.augment.AugmentedPixels;
import io.pairstream.augment.BatchDraws;
import io.pairstream.augment.KernelAugmentation;
import io.pairstream.augment.KernelSource;
import io.pairstream.augment.Parameters;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.PairRecipe;
import io.pairstream.ops.ServiceException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The CUDA source files of a process on its GPU, each compiled once. Belongs to the thread that
/// opened it; what it makes serves all threads.
public final class CudaKernels implements AutoCloseable {
  private final CudaDevice device;
  private final Supplier<KernelCompiler> compilers;
  private final Map<String, CudaProgram> programs = new LinkedHashMap<>();

  /// With the compiler of this machine.
  ///
  /// @param device stays open for as long as this, and is closed by its owner
  public CudaKernels(CudaDevice device) {
    this(
        device,
        () -> Nvrtc.find(CudaLibrary.get().driverVersion() / 1000).orElseThrow(Nvrtc::missing));
  }

  /// @param compilers makes one when a source is to be compiled
  CudaKernels(CudaDevice device, Supplier<KernelCompiler> compilers) {
    this.device = device;
    this.compilers = compilers;
  }

  /// The augmentation, ready to be done on this GPU.
  ///
  /// @throws ServiceException (2) if it does not compile, (3) without a compiler or if the GPU does
  ///   not take it
  public Augmentation load(KernelAugmentation kernel) {
    KernelSource source = kernel.source();
    CudaProgram program =
        programs.computeIfAbsent(
            source.sha256(),
            _ -> new CudaProgram(device, compilers.get().compile(source, capability())));
    return new Loaded(kernel, program);
  }

  /// 90 for 9.0.
  private int capability() {
    return Integer.parseInt(device.capability().replace(".", ""));
  }

  /// @param kernel what is to be done
  /// @param program that does it
  private record Loaded(KernelAugmentation kernel, CudaProgram program) implements Augmentation {
    @Override
    public String name() {
      return kernel.name();
    }

    @Override
    public Augmentation with(Parameters parameters) {
      return new Loaded(kernel.with(parameters), program);
    }

    @Override
    public String text() {
      return kernel.text();
    }

    @Override
    public PairRecipe augment(ClipBatch clips, BatchDraws draws, AugmentedPixels result) {
      long[] seeds = new long[clips.clips()];
      for (int i = 0; i < seeds.length; i++) {
        seeds[i] = draws.clip(i, "kernel").nextLong();
      }
      float[] values = new float[kernel.values().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = kernel.values().get(i).floatValue();
      }
      program.run(clips.frames(), seeds, values, result.pixels().data());
      return new PairRecipe.Opaque(text());
    }
  }

  /// Frees the programs; no batch may be under way.
  @Override
  public void close() {
    programs.values().forEach(CudaProgram::close);
    programs.clear();
  }
}
