package io.pairstream.augmenter.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.testing.Require;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The PTX that the augmenter carries is made of the sources that lie beside it.
class CudaSourceTest {
  private static final Path FOLDER = Require.root().resolve("augmenter/src/main/cuda");

  @Test
  void thePtxNamesTheHashOfItsSources() throws IOException, NoSuchAlgorithmException {
    MessageDigest sources = MessageDigest.getInstance("SHA-256");
    for (String file : List.of("swapmix.cu", "crop.cu")) {
      sources.update(Files.readAllBytes(FOLDER.resolve(file)));
    }
    String hash = HexFormat.of().formatHex(sources.digest());
    assertThat(ptx().lines().skip(1).findFirst())
        .as("run augmenter/src/main/cuda/build after a change of swapmix.cu or crop.cu")
        .hasValue("// " + hash);
  }

  @Test
  void anyDriverOfCuda12TakesIt() throws IOException {
    assertThat(ptx().lines()).contains(".version 7.4", ".target sm_80");
  }

  @Test
  void itsKernelsAreTheFormatsAndTheCrops() throws IOException {
    String ptx = ptx();
    for (String function : CudaDevice.functions()) {
      assertThat(ptx).contains(".visible .entry " + function + "(");
    }
  }

  @Test
  void theCompilerMakesTheSameAgain(@TempDir Path folder) throws IOException, InterruptedException {
    if (Files.notExists(Path.of("/usr/local/cuda/bin/nvcc"))) {
      Require.NVCC.command("nvcc");
    }
    Path made = folder.resolve("swapmix.ptx");
    Path log = folder.resolve("log");
    int exit =
        new ProcessBuilder(FOLDER.resolve("build").toString(), made.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(exit).as(Files.readString(log)).isZero();
    String again = Files.readString(made);
    if (!compiler(again).equals(compiler(ptx()))) {
      throw Require.NVCC.missing(
          "nvcc is " + compiler(again) + ", swapmix.ptx was made by " + compiler(ptx()));
    }
    assertThat(again).isEqualTo(ptx());
  }

  private static Optional<String> compiler(String ptx) {
    List<String> lines = ptx.lines().toList();
    return lines.stream().filter(line -> line.startsWith("// Cuda compilation tools")).findFirst();
  }

  private static String ptx() throws IOException {
    try (InputStream in = CudaDevice.class.getResourceAsStream("swapmix.ptx")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
