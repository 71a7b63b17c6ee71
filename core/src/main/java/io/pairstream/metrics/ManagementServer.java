package io.pairstream.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// Answers `/live` (200 while the process runs), `/ready` (200, or 503 and why not), `/status`
/// (JSON) and `/metrics` (Prometheus).
///
/// Each request has a thread of its own: a slow scrape keeps nobody from asking whether the process
/// lives.
public final class ManagementServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService threads;

  /// Who knows the answers; each is asked on the thread of a request.
  ///
  /// @param notReady why the service does not do its work, if it does not
  public record Answers(
      Supplier<String> metrics, Supplier<Status> status, Supplier<Optional<String>> notReady) {}

  /// @param host the address to listen on
  /// @param port 0 takes a free one
  /// @throws ServiceException (3) if the port is in use
  public ManagementServer(String host, int port, Answers answers) {
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (IOException e) {
      throw ServiceException.environment(
          "management port " + host + ":" + port + " cannot be opened: " + e.getMessage(), e);
    }
    threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("management-", 0).factory());
    server.setExecutor(threads);
    server.createContext("/live", exchange -> answer(exchange, 200, TEXT, "live\n"));
    server.createContext(
        "/ready",
        exchange -> {
          Optional<String> notReady = answers.notReady().get();
          answer(
              exchange,
              notReady.isPresent() ? 503 : 200,
              TEXT,
              notReady.map(why -> "not ready: " + why).orElse("ready") + "\n");
        });
    server.createContext(
        "/status",
        exchange ->
            answer(exchange, 200, "application/json", answers.status().get().toJson() + "\n"));
    server.createContext(
        "/metrics", exchange -> answer(exchange, 200, PROMETHEUS, answers.metrics().get()));
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /// Writes the port to a file, at once, for whoever started this process.
  public void writePort(Path file) {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.writeString(temporary, port() + "\n");
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw ServiceException.environment(
          "management file " + file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
