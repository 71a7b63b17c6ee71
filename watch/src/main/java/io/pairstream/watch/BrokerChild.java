package io.pairstream.watch;

import io.pairstream.ops.ServiceException;
import io.pairstream.process.BrokerAddress;
import io.pairstream.process.Child;
import io.pairstream.process.ChildSpec;
import io.pairstream.process.Program;
import io.pairstream.process.Supervisor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The broker of a run, as a child process that comes back to its port when it is started again.
public final class BrokerChild {
  private static final String NAME = "broker";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int RESTARTS = 5;

  private final Path data;
  private final int maxRecordBytes;

  // Written once by start, read by the thread that starts the process again.
  private volatile String port = "0";

  private BrokerChild(Path data, int maxRecordBytes) {
    this.data = data;
    this.maxRecordBytes = maxRecordBytes;
  }

  /// Starts the broker and waits until it serves.
  ///
  /// @return its address
  /// @throws ServiceException in the broker's own words when it fails
  public static String start(Supervisor supervisor, RunFolder folder, int maxRecordBytes)
      throws InterruptedException {
    BrokerAddress.forgetAddress(folder.broker());
    BrokerChild broker = new BrokerChild(folder.broker(), maxRecordBytes);
    Child child =
        supervisor.start(
            new ChildSpec(
                NAME, ChildSpec.Stage.BROKER, Program.BROKER, _ -> broker.arguments(), RESTARTS));
    String address = broker.awaitAddress(supervisor, child);
    broker.port = address.substring(address.lastIndexOf(':') + 1);
    return address;
  }

  private String awaitAddress(Supervisor supervisor, Child child) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      supervisor.requireHealthy();
      Optional<String> address = readAddress();
      if (address.isPresent()) {
        return address.get();
      }
      Thread.sleep(50);
    }
    throw ServiceException.environment(
        "the broker did not start within %d s; its log is %s"
            .formatted(PATIENCE.toSeconds(), child.logFile()));
  }

  private Optional<String> readAddress() {
    try {
      return BrokerAddress.readAddress(data);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Clients know the first address: a broker that is started again must come back to it.
  private List<String> arguments() {
    return List.of(
        "broker",
        "--data",
        data.toString(),
        "--port",
        port,
        "--max-record-bytes",
        Integer.toString(maxRecordBytes));
  }
}
