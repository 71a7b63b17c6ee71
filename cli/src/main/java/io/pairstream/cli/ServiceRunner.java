package io.pairstream.cli;

import io.pairstream.cli.options.ManagementFlags;
import io.pairstream.cli.options.ReportFlags;
import io.pairstream.metrics.ManagementServer;
import io.pairstream.metrics.ServiceMetrics;
import io.pairstream.metrics.Status;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.Service;
import io.pairstream.run.Instance;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Runs one service in this process: answers about it, stops it on a signal, writes its report.
public final class ServiceRunner {
  /// Less than what a launcher waits before it kills.
  private static final long STOP_SECONDS = 25;

  private ServiceRunner() {}

  /// A service, and what is asked about it.
  ///
  /// @param run the run's name
  /// @param tally what the service counts
  public record Running(Service service, String run, Instance instance, Tally tally) {}

  /// Runs a service to its end.
  public static int run(Running running, ManagementFlags management, ReportFlags report)
      throws InterruptedException {
    Logging.of(running.instance());
    Service service = running.service();
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
    ServiceMetrics metrics = new ServiceMetrics(running.run(), running.instance(), running.tally());
    Optional<ManagementServer> server =
        management.open(
            new ManagementServer.Answers(
                metrics::scrape,
                () ->
                    Status.of(
                        running.run(), running.instance(), running.tally(), service.notReady()),
                service::notReady));
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
      metrics.close();
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
