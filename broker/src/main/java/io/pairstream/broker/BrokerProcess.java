package io.pairstream.broker;

import io.pairstream.ops.ExitCode;
import io.pairstream.process.BrokerAddress;
import io.pairstream.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.utils.internals.Exit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A broker that has a process to itself and ends it when it cannot go on.
public final class BrokerProcess {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerProcess.class);

  private BrokerProcess() {}

  /// Serves until SIGTERM or SIGINT.
  ///
  /// @return never while it serves; the exit code is that of the signal
  public static int run(BrokerOptions options) throws InterruptedException {
    // Kafka ends the process by this call when it can no longer write its log.
    Exit.setHaltProcedure((status, message) -> endBroken(options.directory(), status, message));
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            options, fault -> endBroken(options.directory(), 1, fault.getMessage()));
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop-broker"));
    LOG.info("serving on {}", broker.bootstrap());
    new CountDownLatch(1).await();
    return ExitCode.DONE.code();
  }

  /// Ends the process at once, as an environment failure if the folder cannot be written to (a full
  /// disk, a disk that was taken away), else as a crash.
  private static void endBroken(
      Path directory, int status, @org.jspecify.annotations.Nullable String message) {
    String cause = whyNotWritable(directory);
    if (!cause.isEmpty()) {
      System.err.println(
          Child.SENTENCE_PREFIX
              + "the broker can no longer write to '"
              + directory
              + "': "
              + cause);
      Runtime.getRuntime().halt(ExitCode.ENVIRONMENT.code());
    }
    LOG.error("broker halts with {}: {}", status, message);
    Runtime.getRuntime().halt(status);
  }

  private static String whyNotWritable(Path directory) {
    Path probe = directory.resolve("broker.probe");
    try {
      Files.write(probe, new byte[1 << 20]);
      Files.delete(probe);
      return "";
    } catch (IOException e) {
      return BrokerAddress.cause(e);
    }
  }
}
