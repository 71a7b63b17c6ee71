package io.pairstream.benchmarks.transport;

import io.pairstream.process.BrokerAddress;
import io.pairstream.process.JavaCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The product's broker in a process of its own, so that it shares neither heap nor compiler with
/// what is measured.
final class BenchmarkBroker implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final Path folder;
  private final Process process;
  private final String bootstrap;

  private BenchmarkBroker(Path folder, Process process, String bootstrap) {
    this.folder = folder;
    this.process = process;
    this.bootstrap = bootstrap;
  }

  /// @param folder for its data; emptied before and deleted at the end
  static BenchmarkBroker start(Path folder) throws IOException, InterruptedException {
    delete(folder);
    Files.createDirectories(folder);
    List<String> line =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            // It ends when this process does.
            "-D" + JavaCommand.PARENT_WATCH + "=true",
            "-cp",
            System.getProperty("java.class.path"),
            "io.pairstream.cli.Main",
            "broker",
            "--data",
            folder.toString());
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolveSibling("broker.log").toFile())
            .start();
    for (int tick = 0; tick < PATIENCE_SECONDS * 10 && process.isAlive(); tick++) {
      Optional<String> address = BrokerAddress.readAddress(folder);
      if (address.isPresent()) {
        return new BenchmarkBroker(folder, process, address.get());
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    process.destroyForcibly();
    throw new IllegalStateException(
        "the broker did not start: see " + folder.resolveSibling("broker.log"));
  }

  String bootstrap() {
    return bootstrap;
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    delete(folder);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
