package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.cli.Commands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AbsentBrokerIT {
  @TempDir private Path folder = Path.of("");

  @Test
  void aServiceWithoutABrokerNamesItsAddress() throws IOException {
    String address;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + socket.getLocalPort();
    }
    for (String[] line :
        new String[][] {
          {"augment"},
          {"train", "--model", "tsm-resnet18-narrow", "--checkpoints", folder.toString()},
          {"verify"}
        }) {
      StringWriter err = new StringWriter();
      CommandLine commands = Commands.line(Map.of("PAIRSTREAM_BOOTSTRAP", address));
      commands.setErr(new PrintWriter(err, true));
      assertThat(commands.execute(line)).isEqualTo(3);
      assertThat(err.toString()).startsWith("pairstream: ").contains(address);
    }
  }
}
