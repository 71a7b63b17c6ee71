package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.cli.Commands;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import picocli.CommandLine;

@Execution(ExecutionMode.CONCURRENT)
class AbsentBrokerIT {
  @TempDir private Path folder = Path.of("");

  @Test
  void aServiceWithoutABrokerNamesItsAddress() throws Exception {
    String address;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + socket.getLocalPort();
    }
    Path impatient =
        Files.writeString(
            folder.resolve("client.properties"),
            "request.timeout.ms=2000\ndefault.api.timeout.ms=2000\n");
    // Each looks for the broker as long as its patience lasts: at the same time.
    String[] train = {
      "train", "--model", "tsm-resnet18-narrow", "--checkpoints", folder.toString()
    };
    try (ExecutorService all = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      List<Future<Ended>> lines = new ArrayList<>();
      for (String[] line : new String[][] {{"augment"}, train, {"verify"}}) {
        lines.add(all.submit(() -> execute(address, impatient, line)));
      }
      for (Future<Ended> line : lines) {
        assertThat(line.get().exitCode()).isEqualTo(3);
        assertThat(line.get().said()).startsWith("pairstream: ").contains(address);
      }
    }
  }

  private record Ended(int exitCode, String said) {}

  private static Ended execute(String address, Path settings, String... line) {
    StringWriter err = new StringWriter();
    CommandLine commands =
        Commands.line(
            Map.of(
                "PAIRSTREAM_BOOTSTRAP", address, "PAIRSTREAM_KAFKA_CONFIG", settings.toString()));
    commands.setErr(new PrintWriter(err, true));
    return new Ended(commands.execute(line), err.toString());
  }
}
