package io.pairstream.augmenter.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augment.KernelSource;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real run-time compiler, which needs no GPU.
class NvrtcTest {
  private static final String SIGNATURE =
      """
      extern "C" __global__ void augment(
          const unsigned char* in, unsigned char* out, int clips, int frames, int height, int width,
          const unsigned long long* seeds, const float* parameters)\
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void theExampleCompilesForEveryGpuThatIsSupported() {
    KernelSource source = source(Require.root().resolve("examples/cuda/warm.cu"));
    for (int capability : new int[] {80, 89, 90, 100}) {
      CompiledKernel compiled = nvrtc().compile(source, capability);
      assertThat(compiled.ptx())
          .contains(".target sm_" + capability, ".visible .entry augment(")
          .endsWith("\n// warm.cu " + source.sha256() + "\n")
          // Each operation rounds for itself.
          .doesNotContain("fma.rn");
      assertThat(compiled.compiler()).matches("NVRTC 1[23]\\.[0-9]+");
    }
    // A GPU of the future runs the code of the newest one that is known.
    assertThat(nvrtc().compile(source, 9990).ptx()).contains(".target sm_1");
    assertThatThrownBy(() -> nvrtc().compile(source, 10))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
        .hasMessageEndingWith(" makes no code for a GPU of compute capability 1.0");
  }

  @Test
  void aFileThatDoesNotCompileIsNamedWithThePositionAndTheCompilersWords() throws IOException {
    refused(
        "broken.cu",
        SIGNATURE + " {\n  out[0] = in[0] +* 2;\n  wrong = 1;\n}\n",
        "CUDA source broken.cu does not compile (NVRTC ",
        "): broken.cu(4): error: operand of \"*\" must be a pointer",
        "; broken.cu(5): error: identifier \"wrong\" is undefined");
    refused("host.cu", "int x;\n" + SIGNATURE + " {}\n", "host.cu(1): error: ");
  }

  @Test
  void aFileWithoutTheFunctionOrWithAnotherSignatureIsRefused() throws IOException {
    refused(
        "none.cu",
        SIGNATURE.replace("extern \"C\" ", "") + " {}",
        "CUDA source none.cu defines no extern \"C\" __global__ void augment(…)");
    refused(
        "short.cu",
        "extern \"C\" __global__ void augment(unsigned char* out, long bytes, float x) {}",
        "augment in CUDA source short.cu takes (u64, u64, f32), not (u64, u64, u32, u32, u32, u32,"
            + " u64, u64)",
        "see docs/reference/cuda-sources.md");
    refused(
        "struct.cu",
        "struct S { int a, b; };\nextern \"C\" __global__ void augment(S s) {}",
        "takes (b8), not (");
  }

  private void refused(String name, String text, String... naming) throws IOException {
    Nvrtc nvrtc = nvrtc();
    KernelSource source = source(Files.writeString(folder.resolve(name), text));
    assertThatThrownBy(() -> nvrtc.check(source))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContainingAll(naming)
        .hasMessageNotContaining("\n");
  }

  @Test
  void whereThereIsNoneItIsSaidWhereItWasLookedFor() {
    assertThat(Nvrtc.missing().exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(Nvrtc.missing()).hasMessageContaining("CUDA_HOME");
    // A folder without it is passed by.
    assertThat(Nvrtc.find(Map.of("CUDA_HOME", folder.toString()), 13).isPresent())
        .isEqualTo(Nvrtc.find(Map.of(), 13).isPresent());
  }

  private static KernelSource source(Path file) {
    return AugmentationCatalog.load().parse("cuda:\"" + file + "\"").kernels().getFirst().source();
  }

  private static Nvrtc nvrtc() {
    return Nvrtc.find().orElseThrow(() -> Require.NVCC.missing("no libnvrtc on this machine"));
  }
}
