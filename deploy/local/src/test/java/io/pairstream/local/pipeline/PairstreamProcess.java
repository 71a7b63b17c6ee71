package io.pairstream.local.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// One command of the command line as a process of its own, with what it said in a file.
final class PairstreamProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Process process;
  private final Path log;

  private PairstreamProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// Starts `pairstream ARGUMENTS`.
  ///
  /// @param log gets what it says
  static PairstreamProcess start(Path log, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-modules=jdk.incubator.vector",
                "-Dpairstream.app=" + ArchivedProgram.BUILT.app(),
                "-cp",
                ArchivedProgram.BUILT.classPath().toString()));
    command.addAll(ArchivedProgram.BUILT.flags("command-" + arguments[0]));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new PairstreamProcess(process, log);
  }

  /// Runs a command to its end and requires that it ends well.
  static String run(Path log, String... arguments) throws IOException, InterruptedException {
    try (PairstreamProcess process = start(log, arguments)) {
      return process.requireExit(0);
    }
  }

  /// Waits for the end.
  ///
  /// @return all that the process said
  String requireExit(int code) throws IOException, InterruptedException {
    boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    String said = said();
    assertThat(ended).as("ended within " + PATIENCE + ": " + said).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(code);
    return said;
  }

  String said() throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }

  boolean alive() {
    return process.isAlive();
  }

  /// The process that this one has started, if it has.
  Optional<ProcessHandle> child() {
    return process.children().findFirst();
  }

  /// SIGTERM, as on Ctrl-C.
  void terminate() {
    process.destroy();
  }

  /// kill -9.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Waits until a file exists and has content.
  static String awaitFile(Path file) {
    Awaitility.await(file.toString())
        .atMost(PATIENCE)
        .until(() -> Files.exists(file) && Files.size(file) > 0);
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
