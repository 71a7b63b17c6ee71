package io.pairstream.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.pairstream.benchmarks.training.TrainingBenchmark;
import io.pairstream.benchmarks.transport.TransportBenchmark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `benchmarks/run GROUP`: measures, prints a table and writes the rows as JSON.
@Command(
    name = "benchmarks/run",
    description = "Proves agreement, measures, and prints each figure beside its ceiling.")
public final class Benchmarks implements Callable<Integer> {
  private static final String ALL = "all";

  @Parameters(
      index = "0",
      paramLabel = "GROUP",
      description = "kernels, decode, transport, train, pipeline or all")
  private String group = ALL;

  @Option(names = "--report", paramLabel = "FILE", description = "Write the rows as JSON.")
  private @Nullable Path report;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "train, transport: timed rounds of each side (default: 10, 5).")
  private @Nullable Integer rounds;

  @Option(
      names = "--only",
      paramLabel = "ROW",
      description = "train, transport: only this row, such as train-tsm.")
  private @Nullable String only;

  private Benchmarks() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Benchmarks()).execute(arguments));
  }

  private List<Benchmark> benchmarks() {
    Benchmark.Settings settings =
        new Benchmark.Settings(
            rounds == null ? OptionalInt.empty() : OptionalInt.of(rounds),
            Optional.ofNullable(only));
    return List.of(
        new KernelBenchmark(),
        new DecodeBenchmark(),
        new TransportBenchmark(settings),
        new TrainingBenchmark(settings),
        new GrowthBenchmark());
  }

  @Override
  public Integer call() throws Exception {
    List<Benchmark> all = benchmarks();
    List<Benchmark> wanted =
        all.stream().filter(one -> group.equals(ALL) || group.equals(one.name())).toList();
    if (wanted.isEmpty()) {
      System.err.println(
          "no group '%s'; there are %s, %s"
              .formatted(
                  group, all.stream().map(Benchmark::name).collect(Collectors.joining(", ")), ALL));
      return CommandLine.ExitCode.USAGE;
    }
    List<Row> rows = new ArrayList<>();
    System.out.println(machine());
    for (Benchmark one : wanted) {
      List<Row> made = one.run();
      made.forEach(System.out::println);
      requirePromised(one, made);
      rows.addAll(made);
    }
    if (report != null) {
      write(rows, report);
    }
    return CommandLine.ExitCode.OK;
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
