package io.pairstream.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Answers `/live` (200 while the process runs), `/ready` (200 or 503) and `/metrics`.
///
/// Each request has a thread of its own: a slow scrape keeps nobody from asking whether the process
/// lives.
public final class ManagementServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads;

  /// @param host the address to listen on
  /// @param port 0 takes a free one
  /// @throws ServiceException (3) if the port is in use
  public ManagementServer(String host, int port, ServiceMetrics metrics, BooleanSupplier ready) {
    this(host, port, metrics::scrape, ready);
  }

  ManagementServer(String host, int port, Supplier<String> metrics, BooleanSupplier ready) {
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (IOException e) {
      throw ServiceException.environment(
          "management port " + host + ":" + port + " cannot be opened: " + e.getMessage(), e);
    }
    threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("management-", 0).factory());
    server.setExecutor(threads);
    server.createContext("/live", exchange -> answer(exchange, 200, "live\n"));
    server.createContext(
        "/ready",
        exchange -> {
          boolean yes = ready.getAsBoolean();
          answer(exchange, yes ? 200 : 503, yes ? "ready\n" : "not ready\n");
        });
    server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.get()));
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

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
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
