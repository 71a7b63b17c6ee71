package io.pairstream.benchmarks.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// How long PyTorch takes on the same GPU.
///
/// @param versions a sentence for people, also where there is no PyTorch
/// @param times seconds by name, such as `eager-f32`
record TorchTimes(String versions, Map<String, Double> times) {
  TorchTimes {
    times = Map.copyOf(times);
  }

  /// Runs the script, which prints one line of JSON last.
  static TorchTimes measure(Path script, int clips, int device)
      throws IOException, InterruptedException {
    String python = System.getenv().getOrDefault("PYTHON", "python3");
    Process process;
    try {
      process =
          new ProcessBuilder(
                  python, script.toString(), Integer.toString(clips), Integer.toString(device))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      return new TorchTimes("SKIPPED: PyTorch, there is no " + python, Map.of());
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      return new TorchTimes(
          "SKIPPED: PyTorch, " + script.getFileName() + " failed: " + output.strip(), Map.of());
    }
    JsonNode json = new ObjectMapper().readTree(output.lines().toList().getLast());
    Map<String, Double> times = new TreeMap<>();
    json.path("seconds")
        .properties()
        .forEach(entry -> times.put(entry.getKey(), entry.getValue().asDouble()));
    return new TorchTimes(json.path("versions").asText(), times);
  }

  OptionalDouble seconds(String name) {
    Double found = times.get(name);
    return found == null ? OptionalDouble.empty() : OptionalDouble.of(found);
  }
}
