package io.pairstream.augmenter.cuda;

import io.pairstream.augment.KernelSource;
import io.pairstream.ops.ServiceException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// NVIDIA's run-time compiler (NVRTC), which comes with CUDA's toolkit and needs neither a GPU nor
/// a driver. Called through Java's own foreign functions: bytedeco's class for it does not load
/// where there is no driver.
public final class Nvrtc implements KernelCompiler {
  private static final Logger LOG = LoggerFactory.getLogger(Nvrtc.class);
  private static final int OUT_OF_MEMORY = 1;
  private static final int DOES_NOT_COMPILE = 6;

  /// Every operation rounds as it is written, whatever the GPU: a fused one is asked for by name.
  private static final List<String> OPTIONS = List.of("--std=c++17", "--fmad=false");

  /// What of the compiler's log goes into the sentence.
  private static final int ERRORS = 3;

  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup library;
  private final String text;

  private Nvrtc(SymbolLookup library) {
    this.library = library;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment major = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment minor = arena.allocate(ValueLayout.JAVA_INT);
      check(call("nvrtcVersion", major, minor), "nvrtcVersion");
      this.text =
          "NVRTC " + major.get(ValueLayout.JAVA_INT, 0) + "." + minor.get(ValueLayout.JAVA_INT, 0);
    }
  }

  /// The one of this machine, if it has one.
  public static Optional<Nvrtc> find() {
    return find(Integer.MAX_VALUE);
  }

  /// @param driver CUDA's version that the driver is made for: 13
  static Optional<Nvrtc> find(int driver) {
    return find(System.getenv(), driver);
  }

  static Optional<Nvrtc> find(Map<String, String> environment, int driver) {
    return NvrtcLibrary.find(environment, driver).map(Nvrtc::new);
  }

  /// What to say where there is none.
  public static ServiceException missing() {
    return ServiceException.environment(
        "NVRTC is not here: CUDA source files need libnvrtc of CUDA 12 or 13, which comes with"
            + " CUDA's toolkit (looked for in LD_LIBRARY_PATH, CUDA_HOME, CUDA_PATH and"
            + " /usr/local/cuda/lib64)");
  }

  /// `NVRTC 13.0`.
  @Override
  public String toString() {
    return text;
  }

  /// Fails as [#compile] does if a source does not compile for the newest GPU that the compiler
  /// knows.
  public void check(KernelSource source) {
    compile(source, Integer.MAX_VALUE);
  }

  @Override
  public CompiledKernel compile(KernelSource source, int capability) {
    int architecture =
        architecture(capability)
            .orElseThrow(() ->
                ServiceException.environment(
                    "%s makes no code for a GPU of compute capability %d.%d"
                        .formatted(text, capability / 10, capability % 10)));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment program = arena.allocate(ValueLayout.ADDRESS);
      check(
          call(
              "nvrtcCreateProgram",
              program,
              arena.allocateFrom(source.text()),
              arena.allocateFrom(source.file()),
              0,
              MemorySegment.NULL,
              MemorySegment.NULL),
          "nvrtcCreateProgram");
      try {
        return new CompiledKernel(source, text, ptx(arena, program, source, architecture));
      } finally {
        int _ = call("nvrtcDestroyProgram", program);
      }
    }
  }

  private String ptx(Arena arena, MemorySegment holder, KernelSource source, int architecture) {
    MemorySegment program = holder.get(ValueLayout.ADDRESS, 0);
    List<String> options =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of("--gpu-architecture=compute_" + architecture),
                OPTIONS.stream())
            .toList();
    MemorySegment words = arena.allocate(ValueLayout.ADDRESS, options.size());
    for (int i = 0; i < options.size(); i++) {
      words.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(options.get(i)));
    }
    int code = call("nvrtcCompileProgram", program, options.size(), words);
    if (code == DOES_NOT_COMPILE) {
      throw refused(source, text(arena, program, "nvrtcGetProgramLog"));
    }
    if (code != 0) {
      throw ServiceException.environment(
          "%s cannot compile CUDA source %s (%s): %s"
              .formatted(
                  text,
                  source.file(),
                  name(code),
                  oneLine(
                      code == OUT_OF_MEMORY ? "" : text(arena, program, "nvrtcGetProgramLog"))));
    }
    return text(arena, program, "nvrtcGetPTX");
  }

  private ServiceException refused(KernelSource source, String log) {
    LOG.error("CUDA source {}:\n{}", source.file(), log);
    List<String> errors = log.lines().filter(line -> line.contains("error")).toList();
    // The last line counts the others.
    List<String> first = errors.subList(0, Math.min(ERRORS, Math.max(1, errors.size() - 1)));
    return ServiceException.usage(
        "CUDA source %s does not compile (%s): %s"
            .formatted(
                source.file(), text, first.isEmpty() ? oneLine(log) : String.join("; ", first)));
  }

  private static String oneLine(String log) {
    return log.lines().map(String::strip).collect(Collectors.joining(" ")).strip();
  }

  /// The newest architecture that the compiler knows and the GPU runs: a GPU runs PTX of every
  /// older one.
  private OptionalInt architecture(int capability) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
      check(call("nvrtcGetNumSupportedArchs", count), "nvrtcGetNumSupportedArchs");
      MemorySegment all = arena.allocate(ValueLayout.JAVA_INT, count.get(ValueLayout.JAVA_INT, 0));
      check(call("nvrtcGetSupportedArchs", all), "nvrtcGetSupportedArchs");
      return IntStream.of(all.toArray(ValueLayout.JAVA_INT))
          .filter(architecture -> architecture <= capability)
          .max();
    }
  }

  /// What the function of that name writes, whose length a function with `Size` behind it tells.
  private String text(Arena arena, MemorySegment program, String function) {
    MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
    check(call(function + "Size", program, size), function + "Size");
    MemorySegment bytes = arena.allocate(Math.max(1, size.get(ValueLayout.JAVA_LONG, 0)));
    check(call(function, program, bytes), function);
    return bytes.getString(0);
  }

  private void check(int code, String function) {
    if (code != 0) {
      throw ServiceException.environment("NVRTC fails (" + function + ": " + name(code) + ")");
    }
  }

  private String name(int code) {
    try {
      MemorySegment name =
          (MemorySegment)
              linker
                  .downcallHandle(
                      library.findOrThrow("nvrtcGetErrorString"),
                      FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT))
                  .invokeExact(code);
      return name.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// Calls a function whose arguments are pointers and ints and whose result is an error code.
  private int call(String function, Object... arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      layouts[i] =
          arguments[i] instanceof MemorySegment ? ValueLayout.ADDRESS : ValueLayout.JAVA_INT;
    }
    try {
      return (int)
          linker
              .downcallHandle(
                  library.findOrThrow(function),
                  FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts))
              .invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw ServiceException.environment("NVRTC has no usable " + function, e);
    }
  }
}
