package io.pairstream.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.BatchId;
import io.pairstream.ops.ServiceException;
import io.pairstream.wire.Batches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `cuda:FILE` in the text of an augmentation; nothing is compiled.
class KernelTextTest {
  private static final String SOURCE = "// pairstream: parameters gain=1.2, off-set = -3\n";

  private final AugmentationCatalog catalog = AugmentationCatalog.load();
  @TempDir private Path folder = Path.of("");
  private String digest = "";

  @BeforeEach
  void write() throws IOException, NoSuchAlgorithmException {
    Files.writeString(folder.resolve("a.cu"), SOURCE);
    byte[] bytes = MessageDigest.getInstance("SHA-256").digest(SOURCE.getBytes());
    digest = HexFormat.of().formatHex(bytes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cuda:DIR/a.cu                     | cuda:a.cu(gain=1.2,off-set=-3,sha256=HASH)",
        "cuda:DIR/a.cu()                   | cuda:a.cu(gain=1.2,off-set=-3,sha256=HASH)",
        "cuda: DIR/../DIRNAME/a.cu (gain=2.0) | cuda:a.cu(gain=2,off-set=-3,sha256=HASH)",
        "cuda:\"DIR/a.cu\"(off-set=0.5)    | cuda:a.cu(gain=1.2,off-set=0.5,sha256=HASH)",
        "cuda:DIR/a.cu(sha256=HASH,gain=1) | cuda:a.cu(gain=1,off-set=-3,sha256=HASH)",
        "grayscale+cuda:DIR/a.cu+swapmix   | grayscale(p=1)+cuda:a.cu(gain=1.2,off-set=-3,sha256=HASH)+swapmix(beta=1)",
        "choice(0.5*cuda:DIR/a.cu,swapmix) | choice(0.5*cuda:a.cu(gain=1.2,off-set=-3,sha256=HASH),1*swapmix(beta=1))",
      })
  void aTextHasOneCanonicalFormWhereverTheFileLies(String text, String canonical) {
    AugmentationPlan plan = catalog.parse(filled(text));
    assertThat(plan.text()).isEqualTo(filled(canonical));
    assertThat(catalog.declare(filled(text))).isEqualTo(plan.text());
    // Another process has the file elsewhere.
    assertThat(catalog.withSourcesOf(plan).parseDeclared(plan.text())).isEqualTo(plan);
  }

  @Test
  void bothHalvesMayHaveOne() {
    AugmentationPlan plan = catalog.parse(filled("base:cuda:DIR/a.cu|cuda:DIR/a.cu(gain=0)"));
    assertThat(plan.text())
        .isEqualTo(
            filled(
                "base:cuda:a.cu(gain=1.2,off-set=-3,sha256=HASH)|cuda:a.cu(gain=0,off-set=-3,sha256=HASH)"));
    assertThat(plan.kernels()).hasSize(2);
  }

  @Test
  void aNameWithSignsOfTheTextStandsInQuotes() throws IOException {
    Files.writeString(folder.resolve("my (first)+, |kernel.cu"), "");
    AugmentationPlan plan = catalog.parse(filled("cuda:\"DIR/my (first)+, |kernel.cu\"+swapmix"));
    assertThat(plan.pair().text())
        .startsWith("cuda:\"my (first)+, |kernel.cu\"(sha256=")
        .endsWith(")+swapmix(beta=1)");
    assertThat(catalog.withSourcesOf(plan).parse(plan.text())).isEqualTo(plan);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cuda                     | position 1: 'cuda' is unknown",
        "cuda:                    | position 6: the file's name is missing",
        "cuda:\"\"                | position 7: the file's name is missing",
        "cuda:\"a.cu              | position 7: the closing '\"' is missing",
        "cuda:nowhere.cu          | position 6: CUDA source nowhere.cu is not there",
        "swapmix+cuda:nowhere.cu  | position 14: CUDA source nowhere.cu is not there",
        "cuda:nowhere.cu(sha256=ab) | is not there; name it with its folder in --augmentation",
        "cuda:DIR                 | is no file",
        "cuda:DIR/a.cu(gian=1)    | parameter 'gian' is unknown; known: gain, off-set, sha256",
        "cuda:DIR/a.cu(gain=much) | gain is 'much', not a number",
        "cuda:DIR/a.cu(gain=NaN)  | gain is 'NaN', not a number",
        "cuda:DIR/a.cu(gain=1e39) | gain is '1e39', not a number",
        "cuda:DIR/a.cu(sha256=ab) | DIR/a.cu of SHA-256 ab is asked for, but the one here has HASH",
      })
  void anErrorNamesThePositionAndWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> catalog.parse(filled(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("augmentation '" + filled(text) + "', position ")
        .hasMessageContaining(filled(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "// pairstream: parameter gain=1        | line 2: '// pairstream: parameter gain=1' is not '// pairstream: parameters NAME=VALUE'",
        "// pairstream: parameters              | line 2: '// pairstream: parameters' is not",
        "//pairstream:parameters gain           | line 2: 'gain' is not NAME=VALUE",
        "// pairstream: parameters gain=1,,b=2  | line 2: '' is not NAME=VALUE",
        "// pairstream: parameters Gain=1       | line 2: 'Gain=1' is not NAME=VALUE with a name of a-z, 0-9 and -",
        "// pairstream: parameters gain=inf     | line 2: gain is 'inf', not a number",
        "// pairstream: parameters gain=1e99    | line 2: gain is '1e99', not a number",
        "// pairstream: parameters a=1, a=2     | line 2: parameter 'a' is taken",
        "// pairstream: parameters sha256=1     | line 2: parameter 'sha256' is taken",
        "#include <cuda_fp16.h>                 | line 2: it includes another file; what it needs must be inside it",
        " # include \"x.h\"                     | line 2: it includes another file",
      })
  void aLineThatIsWrongIsNamed(String line, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("b.cu"), "\n" + line + "\n");
    assertThatThrownBy(() -> catalog.parse("cuda:" + file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CUDA source " + file + ", " + message);
  }

  @Test
  void parametersAreListedOnce() throws IOException {
    Path file = Files.writeString(folder.resolve("b.cu"), SOURCE + SOURCE);
    assertThatThrownBy(() -> catalog.parse("cuda:" + file))
        .hasMessageEndingWith("line 2: the parameters are listed twice");
  }

  @Test
  void whatIsNoTextOrTooMuchOfItIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("b.cu"), new byte[] {(byte) 0xFF});
    assertThatThrownBy(() -> catalog.parse("cuda:" + file)).hasMessageContaining("is not UTF-8");
    Files.write(file, new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> catalog.parse("cuda:" + file))
        .hasMessageContaining("has more than 1048576 bytes");
  }

  @Test
  void aRunWithAnotherSourceIsAnotherRunAndIsRefused() throws IOException {
    AugmentationPlan before = catalog.parse(filled("cuda:DIR/a.cu"));
    Files.writeString(folder.resolve("a.cu"), SOURCE + "// changed\n");
    AugmentationPlan after = catalog.parse(filled("cuda:DIR/a.cu"));
    assertThat(after.text()).isNotEqualTo(before.text());
    assertThatThrownBy(() ->
            catalog.withSourcesOf(after).parse(before.text().replace("a.cu", folder + "/a.cu")))
        .hasMessageContaining("of SHA-256 " + digest + " is asked for, but the one here has ");
    // A name alone is looked for in the working folder.
    assertThatThrownBy(() -> catalog.withSourcesOf(after).parseDeclared(before.text()))
        .hasMessageContaining("CUDA source a.cu is not there");
  }

  @Test
  void withoutAGpuItIsRefusedAndNotSkipped() {
    KernelAugmentation kernel = catalog.parse(filled("cuda:DIR/a.cu")).kernels().getFirst();
    assertThat(kernel.values()).isEqualTo(List.of(1.2, -3.0));
    BatchId id = new BatchId(0, 0);
    assertThatThrownBy(() ->
            kernel.augment(
                Batches.clips(id), new BatchDraws(1, id), new AugmentedPixels(Batches.clips(id))))
        .isInstanceOf(ServiceException.class)
        .hasMessage("augmentation cuda:a.cu needs a GPU: see --device");
  }

  private String filled(String text) {
    return text.replace("DIRNAME", String.valueOf(folder.getFileName()))
        .replace("DIR", folder.toString())
        .replace("HASH", digest);
  }
}
