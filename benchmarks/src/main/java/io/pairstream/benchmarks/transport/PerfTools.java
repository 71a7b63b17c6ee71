package io.pairstream.benchmarks.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Kafka's own `ProducerPerformance` and `ConsumerPerformance`, each in a process and on a class
/// path of its own, with the settings of our clients.
final class PerfTools {
  private static final Pattern PRODUCED = Pattern.compile("\\(([0-9.]+) MB/sec\\)");

  /// Their megabytes are 2^20 bytes.
  private static final double MEGABYTE = 1.048576;

  private final Path jars;
  private final String bootstrap;
  private final String topic;
  private final int records;

  /// @param jars folder with the tools and what they need
  PerfTools(Path jars, String bootstrap, String topic, int records) {
    this.jars = jars;
    this.bootstrap = bootstrap;
    this.topic = topic;
    this.records = records;
  }

  /// MB/s that the producer tool writes, after as many records of warm-up.
  ///
  /// @param payload a file that [#writePayload] made
  double produce(Path payload, Map<String, Object> settings)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of("--bootstrap-server", bootstrap, "--topic", topic, "--throughput", "-1"));
    arguments.addAll(List.of("--num-records", Integer.toString(2 * records)));
    arguments.addAll(List.of("--warmup-records", Integer.toString(records)));
    arguments.addAll(List.of("--payload-file", payload.toString(), "--command-property"));
    settings.forEach((key, value) -> arguments.add(key + "=" + value));
    List<String> lines = run("org.apache.kafka.tools.ProducerPerformance", arguments);
    double last = 0;
    for (String line : lines) {
      Matcher matcher = PRODUCED.matcher(line);
      if (matcher.find()) {
        last = Double.parseDouble(matcher.group(1)) * MEGABYTE;
      }
    }
    return positive(last, lines);
  }

  /// MB/s that the consumer tool reads of what [#produce] wrote.
  double consume(Map<String, Object> settings) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of("--bootstrap-server", bootstrap, "--topic", topic, "--hide-header"));
    arguments.addAll(List.of("--num-records", Integer.toString(2 * records)));
    settings.forEach(
        (key, value) -> arguments.addAll(List.of("--command-property", key + "=" + value)));
    List<String> lines = run("org.apache.kafka.tools.ConsumerPerformance", arguments);
    // start, end, MB, MB/s, records, records/s, rebalance ms, fetch ms, fetch MB/s, fetch records/s
    String[] fields = lines.isEmpty() ? new String[0] : lines.getLast().split(",");
    double rate = fields.length < 9 ? 0 : Double.parseDouble(fields[8].strip()) * MEGABYTE;
    return positive(rate, lines);
  }

  private static double positive(double rate, List<String> lines) {
    if (!(rate > 0)) {
      throw new IllegalStateException("no figure in " + lines);
    }
    return rate;
  }

  private List<String> run(String tool, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xmx1g", "-cp", jars + "/*", tool));
    line.addAll(arguments);
    Process process =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> lines;
    try (Stream<String> read = process.inputReader(StandardCharsets.UTF_8).lines()) {
      lines = read.toList();
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException(tool + " failed: " + lines);
    }
    return lines;
  }

  /// Lines of noise, which the tool takes as records.
  static void writePayload(Path file, int recordBytes, int distinct) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      Random random = new Random(0);
      byte[] line = new byte[recordBytes + 1];
      for (int i = 0; i < distinct; i++) {
        random.nextBytes(line);
        for (int k = 0; k < recordBytes; k++) {
          line[k] = (byte) ('!' + (line[k] & 63));
        }
        line[recordBytes] = '\n';
        out.write(line);
      }
    }
  }
}
