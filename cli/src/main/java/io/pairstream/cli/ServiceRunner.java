package io.pairstream.cli;

import io.pairstream.cli.options.ManagementFlags;
import io.pairstream.cli.options.ReportFlags;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ManagementServer;
import io.pairstream.ops.Service;
import io.pairstream.ops.ServiceMetrics;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Runs one service in this process: answers about it, stops it on a signal, writes its report.
public final class ServiceRunner {
  /// Less than what a launcher waits before it kills.
  private static final long STOP_SECONDS = 25;

  private ServiceRunner() {}

  /// Runs a service to its end.
  public static int run(
      Service service, ServiceMetrics metrics, ManagementFlags management, ReportFlags report)
      throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    AtomicBoolean stopping = new AtomicBoolean();
    Thread hook =
        new Thread(
            () -> {
              stopping.set(true);
              stop(service, ended);
            },
            "stop-service");
    Runtime.getRuntime().addShutdownHook(hook);
    Optional<ManagementServer> server = management.open(metrics, service::ready);
    try {
      report.write(service.run());
      return ExitCode.DONE.code();
    } catch (InterruptedException e) {
      if (stopping.get()) {
        return ExitCode.DONE.code();
      }
      throw e;
    } finally {
      server.ifPresent(ManagementServer::close);
      // Last: when a signal has called, the process ends as soon as the hook does.
      ended.countDown();
    }
  }

  private static void stop(Service service, CountDownLatch ended) {
    service.stop();
    try {
      ended.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
