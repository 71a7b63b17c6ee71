package io.pairstream.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Tensor;
import io.pairstream.testing.BuiltJar;
import io.pairstream.testing.Require;
import io.pairstream.wire.Batches;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/// Jars from outside: `examples/plugin` built as its authors would, and jars that are wrong.
class PluginTest {
  private static final String SERVICES = "META-INF/services/" + Augmentation.class.getName();

  @TempDir private Path folder = Path.of("");

  @Test
  void theExampleIsFoundByItsNameAndWorks() throws IOException {
    AugmentationCatalog catalog = example(folder, 0);
    AugmentationPlan plan = catalog.parse("warm(most=40)+swapmix");
    assertThat(plan.text()).isEqualTo("warm(most=40)+swapmix(beta=1)");
    ClipBatch clips = Batches.clips(new BatchId(0, 0));
    AugmentedPixels result = new AugmentedPixels(clips);
    Augmentation warm =
        catalog.parse("warm").pair().of(new BatchDraws(1, clips.id())).getFirst().augmentation();
    PairRecipe recipe = warm.augment(clips, new BatchDraws(1, clips.id()), result);
    assertThat(recipe).isEqualTo(new PairRecipe.Opaque("warm(most=60)"));
    Tensor pixels = result.written().orElseThrow();
    for (long i = 0; i < pixels.shape().elements(); i += 3) {
      assertThat(u(pixels, i)).isGreaterThanOrEqualTo(u(clips.frames(), i));
      assertThat(u(pixels, i + 1)).isEqualTo(u(clips.frames(), i + 1));
      assertThat(u(pixels, i + 2)).isLessThanOrEqualTo(u(clips.frames(), i + 2));
    }
    assertThat(pixels.contentEquals(clips.frames())).isFalse();
  }

  @Test
  void theExamplesPomNamesTheVersionThatIsHere() throws Exception {
    Path root = Require.root();
    assertThat(version(root.resolve("examples/plugin/pom.xml"), "dependency"))
        .isEqualTo(version(root.resolve("augmenter/pom.xml"), "parent"));
  }

  private static String version(Path pom, String element) throws Exception {
    Element first =
        (Element)
            DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(pom.toFile())
                .getElementsByTagName(element)
                .item(0);
    return first.getElementsByTagName("version").item(0).getTextContent();
  }

  @Test
  void aRunThatNeedsAPluginDeclaresItsDigest() throws IOException {
    AugmentationCatalog catalog = example(folder, 0);
    String declared = catalog.declare("choice(1*swapmix,1*warm)");
    assertThat(declared)
        .matches("choice\\(1\\*swapmix\\(beta=1\\),1\\*warm\\(most=60\\)\\) #sha256:[0-9a-f]{64}");
    assertThat(catalog.parseDeclared(declared)).isEqualTo(catalog.parse("choice(swapmix,warm)"));
    // What is built in needs none.
    assertThat(catalog.declare("swapmix")).isEqualTo("swapmix(beta=1)");
    assertThat(catalog.parseDeclared("swapmix(beta=1)")).isEqualTo(catalog.parse("swapmix"));

    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    AugmentationCatalog other = example(elsewhere, 1);
    assertThat(other.declare("warm")).isNotEqualTo(catalog.declare("warm"));
    assertThatThrownBy(() -> other.parseDeclared(declared))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was declared with the plug-in of SHA-256 ")
        .hasMessageContaining("but here it is made with the plug-in of SHA-256 ");
    assertThatThrownBy(() -> AugmentationCatalog.load().parseDeclared(declared))
        .hasMessageContaining("'warm' is unknown")
        .hasMessageContaining("see --plugins");
    assertThatThrownBy(() -> other.parseDeclared("swapmix(beta=1) #sha256:ab"))
        .hasMessageContaining("but here it is made with no plug-in");
  }

  @Test
  void aFolderThatIsNoneOrHoldsNoJar() throws IOException {
    assertThatThrownBy(() -> load(folder.resolve("nowhere")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--plugins " + folder.resolve("nowhere") + " is no folder");
    Files.writeString(folder.resolve("readme.txt"), "nothing");
    assertThatThrownBy(() -> load(folder)).hasMessage("--plugins " + folder + " holds no jar");
  }

  @Test
  void aJarThatCannotBeUsedIsNamedWithTheReason() throws IOException {
    refused(jar("a.jar", Map.of()), "names no augmentation in " + SERVICES);
    refused(
        jar("b.jar", Map.of(SERVICES, "com.example.Missing".getBytes())),
        "does not load",
        "com.example.Missing");
    refused(Files.writeString(folder.resolve("c.jar"), "no jar"), "names no augmentation");
    refused(
        compiled("d.jar", "public D() { throw new IllegalStateException(\"too early\"); }", "x"),
        "does not load",
        "too early");
    refused(compiled("e.jar", "", "swapmix"), "augmentation 'swapmix' is both");
    refused(compiled("f.jar", "", "choice"), "'choice' cannot be the name");
    refused(compiled("g.jar", "", "Not A Name"), "'Not A Name' cannot be the name");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, "other.jar");
    Path pulling = folder.resolve("h.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(pulling), manifest)) {
      out.putNextEntry(new JarEntry("x"));
    }
    refused(pulling, "has a Class-Path");
  }

  /// Loads the only jar of the folder, which is refused, and takes it away.
  private void refused(Path jar, String... naming) throws IOException {
    assertThatThrownBy(() -> load(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("plug-in " + jar)
        .hasMessageContainingAll(naming);
    Files.delete(jar);
  }

  private static AugmentationCatalog load(Path folder) {
    return AugmentationCatalog.load(Optional.of(folder));
  }

  /// Compiles and packs `examples/plugin`.
  ///
  /// @param version makes jars differ
  private static AugmentationCatalog example(Path folder, int version) throws IOException {
    Path sources = Require.root().resolve("examples/plugin/src/main");
    Path classes = Files.createDirectory(folder.resolve("classes"));
    Path java = sources.resolve("java/com/example/warm/Warm.java");
    Map<String, byte[]> entries = BuiltJar.compiled(List.of(java), classes);
    entries.put(SERVICES, Files.readAllBytes(sources.resolve("resources").resolve(SERVICES)));
    entries.put("version", new byte[] {(byte) version});
    BuiltJar.write(folder.resolve("warm.jar"), entries);
    return load(folder);
  }

  /// A jar with an augmentation `D` that leaves every batch alone.
  private Path compiled(String file, String members, String name) throws IOException {
    Path work = Files.createTempDirectory(folder, "work");
    Path source = work.resolve("D.java");
    Files.writeString(
        source,
        """
        import io.pairstream.augment.*;
        public class D implements Augmentation {
          %s
          public String name() { return "%s"; }
          public Augmentation with(Parameters parameters) { return this; }
          public String text() { return name(); }
          public io.pairstream.clip.PairRecipe augment(
              io.pairstream.clip.ClipBatch clips, BatchDraws draws, AugmentedPixels result) {
            return new io.pairstream.clip.PairRecipe.Identity();
          }
        }
        """
            .formatted(members, name));
    Map<String, byte[]> entries = BuiltJar.compiled(List.of(source), work);
    entries.put(SERVICES, "D".getBytes());
    return jar(file, entries);
  }

  private Path jar(String file, Map<String, byte[]> entries) throws IOException {
    return BuiltJar.write(folder.resolve(file), entries);
  }

  private static int u(Tensor tensor, long index) {
    return tensor.data().get(ValueLayout.JAVA_BYTE, index) & 0xFF;
  }
}
