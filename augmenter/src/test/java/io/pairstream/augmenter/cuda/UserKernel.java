package io.pairstream.augmenter.cuda;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augment.KernelSource;
import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A CUDA source file that the fake driver runs: compiled here for the processor by a C++ compiler.
public final class UserKernel {
  private static final Path MODULE = Require.root().resolve("augmenter");

  private UserKernel() {}

  /// Lets the fake driver run the file, or skips the test where there is no C++ compiler.
  ///
  /// @return the text of an augmentation with it
  public static String bind(Path file) throws IOException, InterruptedException {
    FakeCuda fake = FakeCuda.load();
    Path compiler = Require.CC.command("g++");
    KernelSource source =
        AugmentationCatalog.load().parse("cuda:\"" + file + "\"").kernels().getFirst().source();
    Path folder = Files.createDirectories(MODULE.resolve("target/fake-cuda"));
    Path library = folder.resolve(source.sha256() + ".so");
    if (Files.notExists(library)) {
      Path made = Files.createTempFile(folder, "user", ".so");
      Process process =
          new ProcessBuilder(
                  compiler.toString(),
                  "-std=c++17",
                  "-O1",
                  "-ffp-contract=off",
                  "-fPIC",
                  "-shared",
                  "-DUSER_SOURCE=\"" + file.toAbsolutePath() + "\"",
                  "-x",
                  "c++",
                  "-o",
                  made.toString(),
                  MODULE.resolve("src/test/cuda/user_kernel_on_cpu.h").toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("user-log").toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(Files.readString(folder.resolve("user-log")));
      }
      Files.move(made, library);
    }
    fake.bind("// " + source.file() + " " + source.sha256(), library);
    return "cuda:\"" + file + "\"";
  }

  /// Stands for NVRTC: says that the source has the function that is asked for.
  static KernelCompiler compiler() {
    return (source, capability) ->
        new CompiledKernel(
            source,
            "no compiler",
            """
            // compute_%d
            .visible .entry augment(
              .param .u64 a, .param .u64 b, .param .u32 c, .param .u32 d,
              .param .u32 e, .param .u32 f, .param .u64 g, .param .u64 h
            )
            """
                .formatted(capability));
  }
}
