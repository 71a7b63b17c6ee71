package io.pairstream.augmenter.cuda;

import io.pairstream.testing.Require;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/// The driver of `src/test/cuda/fake_cuda.c`, compiled here and loaded before the real one could
/// be: who needs `libcuda.so.1` in this process gets it.
public final class FakeCuda {
  private static final Path MODULE = Require.root().resolve("augmenter");

  private final MethodHandle fail;
  private final MethodHandle count;
  private final MethodHandle resetMarks;
  private final MethodHandle forget;
  private final MethodHandle user;

  private FakeCuda(Path library) {
    System.load(library.toString());
    SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
    Linker linker = Linker.nativeLinker();
    this.fail =
        linker.downcallHandle(
            symbols.findOrThrow("fake_fail"),
            FunctionDescriptor.ofVoid(
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    this.count =
        linker.downcallHandle(
            symbols.findOrThrow("fake_count"),
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    this.resetMarks =
        linker.downcallHandle(symbols.findOrThrow("fake_reset_marks"), FunctionDescriptor.ofVoid());
    this.forget =
        linker.downcallHandle(symbols.findOrThrow("fake_forget"), FunctionDescriptor.ofVoid());
    this.user =
        linker.downcallHandle(
            symbols.findOrThrow("fake_user"),
            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
  }

  /// Once a process: a library that is in use cannot be written anew.
  private static final class Holder {
    static final FakeCuda LOADED = compile(Require.CC.command("gcc"));
  }

  /// Compiles and loads it, or skips the test where there is no C compiler.
  public static FakeCuda load() {
    Require.CC.command("gcc");
    if (!System.getProperty("os.name").startsWith("Linux")) {
      throw Require.CC.missing("the fake driver is for Linux");
    }
    return Holder.LOADED;
  }

  private static FakeCuda compile(Path compiler) {
    try {
      Path folder = Files.createDirectories(MODULE.resolve("target/fake-cuda"));
      Path library = folder.resolve("libcuda.so.1");
      Process process =
          new ProcessBuilder(
                  compiler.toString(),
                  "-std=gnu11",
                  "-O2",
                  "-ffp-contract=off",
                  "-fPIC",
                  "-shared",
                  "-Wl,-soname,libcuda.so.1",
                  "-I",
                  MODULE.resolve("src/main/cuda").toString(),
                  "-o",
                  library.toString(),
                  MODULE.resolve("src/test/cuda/fake_cuda.c").toString(),
                  "-lm",
                  "-lpthread")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(Files.readString(folder.resolve("log")));
      }
      return new FakeCuda(library);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Lets modules whose text contains a mark run a CUDA source file that was compiled for the
  /// processor, see [UserKernel].
  void bind(String mark, Path compiled) {
    try (Arena arena = Arena.ofConfined()) {
      user.invokeExact(arena.allocateFrom(mark), arena.allocateFrom(compiled.toString()));
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// Makes the nth call of a driver function from now on fail.
  ///
  /// @param lost whether every call after it fails too
  public void fail(String function, int nth, int code, boolean lost) {
    try (Arena arena = Arena.ofConfined()) {
      fail.invokeExact(arena.allocateFrom(function), nth, code, lost ? 1 : 0);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// Nothing fails any more.
  public void heal() {
    fail("", 0, 0, false);
  }

  /// How many are alive (allocations, streams, modules, contexts), how many launches there were,
  /// how many streams were busy at once at most (busiest), the most bytes on the device (peak), and
  /// how often a rule was broken (violations).
  public long count(String what) {
    try (Arena arena = Arena.ofConfined()) {
      return (long) count.invokeExact((MemorySegment) arena.allocateFrom(what));
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// Forgets launches, busiest, peak and violations.
  public void resetMarks() {
    try {
      resetMarks.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// Heals and forgets everything, as if the process had ended and another begun.
  public void forget() {
    try {
      forget.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
