package io.pairstream.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What each process has on its class path: the jar of its module and what that jar's manifest
/// names, in the program as it is built.
class ClassPathIT {
  private static final Path LIBRARY =
      Path.of(Objects.requireNonNull(System.getProperty("pairstream.app")), "lib");

  private static final List<String> NATIVES =
      List.of("ffmpeg", "cuda", "pytorch-native-cpu", "rocksdbjni");

  private static List<Path> classPath(String module) throws IOException {
    Path own;
    try (Stream<Path> files = Files.list(LIBRARY)) {
      own =
          files
              .filter(file ->
                  file.getFileName().toString().matches("pairstream-" + module + "-[0-9].*[.]jar"))
              .findFirst()
              .orElseThrow();
    }
    List<Path> all = new ArrayList<>(List.of(own));
    try (JarFile jar = new JarFile(own.toFile())) {
      String named = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      for (String name : named.split(" ", -1)) {
        all.add(LIBRARY.resolve(name));
      }
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "producer,ffmpeg",
    "augmenter,cuda",
    "trainer,pytorch-native-cpu",
    "broker,",
    "watch,"
  })
  void aProcessHasItsOwnNativeLibraryAndNoOther(String module, String library) throws IOException {
    List<String> names =
        classPath(module).stream().map(jar -> jar.getFileName().toString()).toList();
    for (String one : NATIVES) {
      boolean there = names.stream().anyMatch(name -> name.startsWith(one + "-"));
      assertThat(there).as(one + " on the class path of " + module).isEqualTo(one.equals(library));
    }
  }

  @Test
  void nobodyHasRocksDb() throws IOException {
    try (Stream<Path> files = Files.list(LIBRARY)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.contains("rocksdb"));
    }
  }

  @ParameterizedTest
  @CsvSource({"broker", "producer", "augmenter", "trainer", "watch", "local"})
  void theClassPathIsWholeAndAsLargeAsTheFootprintSays(String module) throws IOException {
    long bytes = 0;
    for (Path jar : classPath(module)) {
      assertThat(jar).exists();
      bytes += Files.size(jar);
    }
    Path page = Require.root().resolve("docs/reference/footprint.md");
    String row =
        Files.readAllLines(page).stream()
            .filter(line -> line.startsWith("| `" + module + "` |"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(page + " has no row of " + module));
    double told = Double.parseDouble(row.split("\\|")[2].strip());
    // A dependency's next version may be a little larger; a native library too many is not little.
    assertThat(bytes / 1e6).as(module + " in MB").isBetween(told - 2, told + 2);
  }
}
