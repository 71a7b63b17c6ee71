package io.pairstream.local.report;

import io.pairstream.metrics.Status;
import io.pairstream.run.BatchOrder;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// Shows how a run goes: bars that stay in place on a terminal, elsewhere a line every few seconds.
///
/// Lines may be told by any thread; everything else belongs to one.
public final class ProgressDisplay implements AutoCloseable {
  private static final Duration BARS_EVERY = Duration.ofMillis(500);
  private static final Duration LINES_EVERY = Duration.ofSeconds(5);
  private static final String CLEAR_REST = "\u001B[K";
  private static final String CLEAR_BELOW = "\u001B[J";

  private final PrintWriter out;
  private final Screen screen;
  private final Map<ServiceProgress, Files> services = new LinkedHashMap<>();
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final long begin = System.nanoTime();
  private Optional<BatchOrder> order = Optional.empty();
  private long nextNanos;
  private List<String> shown = List.of();

  /// @param out where it goes: this process's standard output or standard error
  /// @param standardError which of the two
  public ProgressDisplay(PrintWriter out, boolean standardError) {
    this.out = out;
    this.screen = Screen.open(standardError);
    this.nextNanos = begin;
  }

  /// Forgets all services; what is shown of them stays.
  public synchronized void clear() {
    services.clear();
    order = Optional.empty();
    shown = List.of();
  }

  /// What a service leaves for its launcher.
  ///
  /// @param port its management port, once it answers
  /// @param report its report, once it has ended well
  public record Files(Path port, Path report) {}

  /// Adds a service.
  public void add(String name, Files files) {
    services.put(new ServiceProgress(name), files);
  }

  /// Which batches each service handles.
  public void setOrder(BatchOrder batches) {
    order = Optional.of(batches);
  }

  /// Whether it is time to show something again.
  public boolean due() {
    return System.nanoTime() >= nextNanos;
  }

  /// Asks the services and shows what they say, if it is time to.
  public void refresh() throws InterruptedException {
    if (!due()) {
      return;
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    for (Map.Entry<ServiceProgress, Files> service : services.entrySet()) {
      Optional<Status> last = StatusReader.ofReport(service.getValue().report());
      if (last.isPresent()) {
        service.getKey().end(last.get());
      } else {
        StatusReader.ask(client, service.getValue().port())
            .ifPresent(found -> service.getKey().update(found, seconds));
      }
    }
    show();
    boolean bars = screen.columns().isPresent();
    nextNanos = System.nanoTime() + (bars ? BARS_EVERY : LINES_EVERY).toNanos();
  }

  private synchronized void show() {
    OptionalInt columns = screen.columns();
    List<String> lines =
        columns.isPresent()
            ? ProgressTable.lines(
                columns.getAsInt(), services.keySet().stream().map(one -> one.row(order)).toList())
            : briefLine();
    // In one piece, and each line cleared only behind its text: nothing flickers.
    StringBuilder text = new StringBuilder(columns.isPresent() ? back(columns.getAsInt()) : "");
    for (String line : lines) {
      text.append(line)
          .append(columns.isPresent() ? CLEAR_REST : "")
          .append(System.lineSeparator());
    }
    out.print(text.append(columns.isPresent() && !shown.isEmpty() ? CLEAR_BELOW : ""));
    out.flush();
    shown = lines;
  }

  private List<String> briefLine() {
    String line =
        services.keySet().stream()
            .flatMap(one -> one.brief(order).stream())
            .collect(Collectors.joining("  "));
    return line.isEmpty() ? List.of() : List.of(line);
  }

  /// Prints a line that stays.
  public synchronized void tell(String line) {
    screen.columns().ifPresent(columns -> out.print(back(columns) + CLEAR_BELOW));
    out.println(line);
    out.flush();
    shown = List.of();
  }

  /// Goes up to the first of the lines that are shown.
  private String back(int columns) {
    int rows = rows(shown, columns);
    return rows == 0 ? "" : "\r\u001B[" + rows + "A";
  }

  /// How many rows lines take; in a terminal that was made narrower since they were written it is
  /// more than one each.
  static int rows(List<String> lines, int columns) {
    return lines.stream().mapToInt(line -> Math.max(1, Math.ceilDiv(line.length(), columns))).sum();
  }

  @Override
  public void close() {
    client.close();
    screen.close();
  }
}
