package io.pairstream.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.pairstream.benchmarks.transport.TransportBenchmark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// `benchmarks/run GROUP [--report FILE]`: measures, prints a table and writes the rows as JSON.
public final class Benchmarks {
  private static final List<Benchmark> ALL =
      List.of(
          new KernelBenchmark(),
          new DecodeBenchmark(),
          new TransportBenchmark(),
          new GrowthBenchmark());

  private Benchmarks() {}

  public static void main(String[] arguments) throws Exception {
    String known = ALL.stream().map(Benchmark::name).collect(Collectors.joining("|"));
    boolean report = arguments.length == 3 && arguments[1].equals("--report");
    List<Benchmark> wanted =
        ALL.stream()
            .filter(one ->
                arguments.length > 0
                    && (arguments[0].equals("all") || arguments[0].equals(one.name())))
            .toList();
    if (wanted.isEmpty() || !(arguments.length == 1 || report)) {
      System.err.println("usage: benchmarks/run " + known + "|all [--report FILE]");
      System.exit(2);
    }
    List<Row> rows = new ArrayList<>();
    System.out.println(machine());
    for (Benchmark one : wanted) {
      List<Row> made = one.run();
      made.forEach(System.out::println);
      requirePromised(one, made);
      rows.addAll(made);
    }
    if (report) {
      write(rows, Path.of(arguments[2]));
    }
  }

  private static void requirePromised(Benchmark one, List<Row> made) {
    List<String> names = made.stream().map(Row::name).toList();
    List<String> missing = one.promised().stream().filter(name -> !names.contains(name)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalStateException(one.name() + " made no row " + String.join(", ", missing));
    }
  }

  private static void write(List<Row> rows, Path file) throws java.io.IOException {
    ObjectMapper json = new ObjectMapper();
    ArrayNode array = json.createArrayNode();
    rows.forEach(row -> row.addTo(array.addObject()));
    Files.write(file, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(array));
  }

  private static String machine() throws java.io.IOException {
    Path cpu = Path.of("/proc/cpuinfo");
    Optional<String> model = Optional.empty();
    if (Files.exists(cpu)) {
      model =
          Files.readAllLines(cpu).stream()
              .filter(line -> line.startsWith("model name"))
              .map(line -> line.substring(line.indexOf(':') + 2))
              .findFirst();
    }
    return "%s, %d processors, Java %s, %s"
        .formatted(
            model.orElse(System.getProperty("os.arch")),
            Runtime.getRuntime().availableProcessors(),
            Runtime.version(),
            java.time.LocalDate.now(java.time.ZoneOffset.UTC));
  }
}
