package io.pairstream.cli.options;

import io.pairstream.config.OptionException;
import io.pairstream.metrics.ManagementServer;
import io.pairstream.ops.ServiceException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a service answers `/live`, `/ready`, `/status` and `/metrics`.
@OptionGroup("Management")
public final class ManagementFlags {
  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      description =
          "Answer /live, /ready, /status and /metrics there; 0 takes a free port (default: off).")
  private @Nullable Integer port;

  @Option(
      names = "--management-host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "The address of --management-port (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--management-file",
      paramLabel = "FILE",
      description = "Write the management port there.")
  private @Nullable Path file;

  /// Starts to answer, if asked for.
  public Optional<ManagementServer> open(ManagementServer.Answers answers) {
    if (port == null) {
      return Optional.empty();
    }
    if (port < 0 || port > 65_535) {
      OptionException refused =
          new OptionException("--management-port", port + " is outside 0 to 65535");
      throw ServiceException.usage(String.valueOf(refused.getMessage()), refused);
    }
    ManagementServer server = new ManagementServer(host, port, answers);
    if (file != null) {
      server.writePort(file);
    }
    return Optional.of(server);
  }
}
