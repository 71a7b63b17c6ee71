package io.pairstream.local.report;

import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Shows how a run goes: bars that stay in place on a terminal, elsewhere a line every few seconds.
///
/// Lines may be told by any thread; everything else belongs to one.
public final class ProgressDisplay implements AutoCloseable {
  private static final Duration BARS_EVERY = Duration.ofMillis(500);
  private static final Duration LINES_EVERY = Duration.ofSeconds(5);
  private static final String UP_AND_CLEAR = "\u001B[1A\u001B[2K";

  private final PrintWriter out;
  private final boolean terminal;
  private final Map<ServiceProgress, Files> services = new LinkedHashMap<>();
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final long begin = System.nanoTime();
  private long totalBatches;
  private long nextNanos;
  private int linesShown;

  /// @param terminal whether lines can be drawn over
  public ProgressDisplay(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    this.nextNanos = begin;
  }

  /// Whether this process's standard output is a terminal.
  public static boolean onTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  /// Forgets all services; what is shown of them stays.
  public synchronized void clear() {
    services.clear();
    totalBatches = 0;
    linesShown = 0;
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

  /// How many batches each service will have handled in the end.
  public void setTotalBatches(long batches) {
    totalBatches = batches;
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
      Optional<ServiceNumbers> last = ServiceNumbers.ofReport(service.getValue().report());
      if (last.isPresent()) {
        service.getKey().end(last.get());
      } else {
        ServiceNumbers.read(client, service.getValue().port())
            .ifPresent(found -> service.getKey().update(found, seconds));
      }
    }
    show();
    nextNanos = System.nanoTime() + (terminal ? BARS_EVERY : LINES_EVERY).toNanos();
  }

  private synchronized void show() {
    List<String> lines = terminal ? bars() : briefLine();
    erase();
    lines.forEach(out::println);
    linesShown = lines.size();
    out.flush();
  }

  private List<String> bars() {
    int width = services.keySet().stream().mapToInt(one -> one.name().length()).max().orElse(0);
    return services.keySet().stream()
        .map(one ->
            one.bar(totalBatches)
                + " "
                + one.padded(width)
                + String.join("  ", one.parts(totalBatches)))
        .toList();
  }

  private List<String> briefLine() {
    String line =
        services.keySet().stream()
            .flatMap(one -> one.brief(totalBatches).stream())
            .collect(Collectors.joining("  "));
    return line.isEmpty() ? List.of() : List.of(line);
  }

  /// Prints a line that stays.
  public synchronized void tell(String line) {
    erase();
    out.println(line);
    out.flush();
    linesShown = 0;
  }

  private void erase() {
    if (terminal) {
      out.print(UP_AND_CLEAR.repeat(linesShown));
    }
    linesShown = 0;
  }

  @Override
  public void close() {
    client.close();
  }
}
