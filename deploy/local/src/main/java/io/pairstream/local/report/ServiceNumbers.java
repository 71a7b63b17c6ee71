package io.pairstream.local.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.ops.Report;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a service shows at `/metrics`, by name without the prefix `pairstream_`.
///
/// @param values such as `clips_total`; several series of one name are added up
public record ServiceNumbers(Map<String, Double> values) {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /// A line of Prometheus' text format: name, labels, value.
  private static final Pattern LINE =
      Pattern.compile("pairstream_([a-zA-Z0-9_]+)(?:\\{[^}]*})?\\s+(\\S+).*");

  public ServiceNumbers {
    values = Map.copyOf(values);
  }

  /// Asks a service on this machine.
  ///
  /// @param portFile where the service has written its management port
  /// @return nothing when the service does not answer (yet, or any more)
  public static Optional<ServiceNumbers> read(HttpClient client, Path portFile)
      throws InterruptedException {
    try {
      int port = Integer.parseInt(Files.readString(portFile).strip());
      URI metrics = URI.create("http://127.0.0.1:" + port + "/metrics");
      HttpRequest request = HttpRequest.newBuilder(metrics).timeout(TIMEOUT).build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return Optional.of(parse(answer.body()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /// What a service that has ended wrote into its report.
  static Optional<ServiceNumbers> ofReport(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode report = Report.read(file).json();
      Map<String, Double> values = new TreeMap<>();
      for (String counter : List.of("batches", "clips")) {
        values.put(counter + "_total", report.path(counter).asDouble());
      }
      return Optional.of(new ServiceNumbers(values));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static ServiceNumbers parse(String text) {
    Map<String, Double> values = new TreeMap<>();
    text.lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .forEach(
            line -> values.merge(line.group(1), Double.parseDouble(line.group(2)), Double::sum));
    return new ServiceNumbers(values);
  }

  /// A counter's value; 0 before it has counted.
  public double count(String name) {
    return values.getOrDefault(name + "_total", 0.0);
  }

  /// A gauge's value, once it was set.
  public OptionalDouble gauge(String name) {
    Double value = values.get(name);
    return value == null || value.isNaN() ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
