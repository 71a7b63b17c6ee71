package io.pairstream.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A report replaces regular files and nothing else.
@EnabledOnOs(value = OS.LINUX, disabledReason = "devices and pipes are made as Linux has them")
class ReportFileTest {
  @TempDir private Path folder = Path.of("");

  @JsonTypeName("work")
  record WorkReport(long batches) implements Report {}

  private static Report report() {
    return new WorkReport(7);
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void aRegularFileIsReplacedAndNothingIsLeftBesideIt() throws IOException {
    Path file = Files.writeString(folder.resolve("report.json"), "old");
    Object before = attributes(file).fileKey();
    report().write(file);
    assertThat(Report.read(file, WorkReport.class)).isEqualTo(report());
    assertThat(attributes(file).fileKey()).isNotEqualTo(before);
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).containsExactly(file);
    }
  }

  @Test
  void aLinkStaysAndTheFileAtItsEndIsReplaced() throws IOException {
    Path target = Files.createDirectory(folder.resolve("there")).resolve("report.json");
    Path middle = Files.createSymbolicLink(folder.resolve("middle"), Path.of("there/report.json"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), middle);
    // The first write finds a link to nothing, the second one a link to the report.
    for (int i = 0; i < 2; i++) {
      report().write(link);
      assertThat(link).isSymbolicLink();
      assertThat(middle).isSymbolicLink();
      assertThat(target).isRegularFile();
      assertThat(Report.read(link, WorkReport.class)).isEqualTo(report());
    }
  }

  @Test
  void aCircleOfLinksIsRefused() throws IOException {
    Path one = folder.resolve("one");
    Files.createSymbolicLink(one, folder.resolve("other"));
    Files.createSymbolicLink(folder.resolve("other"), one);
    assertThatThrownBy(() -> report().write(one))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
        .hasMessageContaining("the report " + one + " cannot be written");
  }

  @Test
  void aPipeIsWrittenThroughAndStays() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> content(pipe));
    report().write(pipe);
    assertThat(read.get(1, TimeUnit.MINUTES)).contains("\"batches\" : 7");
    assertThat(attributes(pipe).isOther()).isTrue();
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aDeviceIsWrittenThroughAndStays() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("null"), Path.of("/dev/null"));
    report().write(link);
    report().write(Path.of("/dev/null"));
    assertThat(link).isSymbolicLink();
    assertThat(attributes(Path.of("/dev/null")).isOther()).isTrue();
    assertThatThrownBy(() -> report().write(Path.of("/dev/full")))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("/dev/full");
  }

  @Test
  void theFileBehindADescriptorIsAppendedToBecauseSomebodyHoldsIt() throws IOException {
    Path file = Files.writeString(folder.resolve("out"), "people's text\n");
    Object before = attributes(file).fileKey();
    try (var held = Files.newByteChannel(file);
        Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      Path descriptor = all.filter(one -> leadsTo(one, file)).findFirst().orElseThrow();
      report().write(descriptor);
      assertThat(held.size()).isGreaterThan(20);
    }
    assertThat(attributes(file).fileKey()).isEqualTo(before);
    assertThat(content(file)).startsWith("people's text\n{").contains("batches");
  }

  private static boolean leadsTo(Path link, Path file) {
    try {
      return Files.isSameFile(link, file);
    } catch (IOException e) {
      return false;
    }
  }
}
