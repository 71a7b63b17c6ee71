package io.pairstream.local.report;

import io.pairstream.metrics.Status;
import io.pairstream.ops.Report;
import io.pairstream.ops.ServiceReport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds out how a service of this machine is: it says so at `/status`, and at last in its report.
final class StatusReader {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private StatusReader() {}

  /// Asks a service.
  ///
  /// @param portFile where the service has written its management port
  /// @return nothing when the service does not answer (yet, or any more)
  static Optional<Status> ask(HttpClient client, Path portFile) throws InterruptedException {
    try {
      int port = Integer.parseInt(Files.readString(portFile).strip());
      URI status = URI.create("http://127.0.0.1:" + port + "/status");
      HttpRequest request = HttpRequest.newBuilder(status).timeout(TIMEOUT).build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return Optional.of(Status.fromJson(answer.body()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /// What a service that has ended wrote into its report.
  static Optional<Status> ofReport(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      ServiceReport report = Report.read(file, ServiceReport.class);
      return Optional.of(of(report.batches(), report.clips(), 0, null, null, null));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// A status with what is shown of it.
  static Status of(
      long batches,
      long clips,
      long bytes,
      @Nullable Double loss,
      @Nullable Double top1,
      @Nullable Double dataWaitShare) {
    return new Status(
        "",
        "",
        null,
        batches,
        clips,
        0,
        0,
        0,
        bytes,
        loss,
        top1,
        null,
        dataWaitShare,
        Map.of(),
        0,
        "");
  }
}
