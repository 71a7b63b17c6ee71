package io.pairstream.benchmarks.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// PyTorch's side, Debian's (`/usr/bin/python3` with python3-torch and OpenBLAS): a child process
/// that answers a line of JSON to each line. See `training.py`.
final class TorchTraining implements AutoCloseable {
  static final String PYTHON = "/usr/bin/python3";

  private final ObjectMapper json = new ObjectMapper();
  private final Process process;
  private final Writer in;
  private final BufferedReader out;
  private final String version;

  private TorchTraining(Process process) throws IOException {
    this.process = process;
    this.in = process.outputWriter(StandardCharsets.UTF_8);
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.version = answer().get("version").asText();
  }

  /// @param folder where what the script reads lies
  static TorchTraining start(Path folder, int threads) throws IOException {
    Path script = script(folder, "training.py");
    return new TorchTraining(
        new ProcessBuilder(PYTHON, script.toString(), folder.toString(), Integer.toString(threads))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /// Puts one of the scripts beside this class into a folder.
  static Path script(Path folder, String name) throws IOException {
    Path script = folder.resolve(name);
    try (InputStream in = TorchTraining.class.getResourceAsStream(name)) {
      Files.copy(Objects.requireNonNull(in), script);
    }
    return script;
  }

  String version() {
    return version;
  }

  /// `seconds`, `loss`, `cross_entropy`, `alignment` of one step.
  JsonNode step(double rate) throws IOException {
    return ask("step " + rate);
  }

  /// How far the weights (`moved`) and running statistics (`buffers`) are from a file's, as a share
  /// of how far they have come since the beginning.
  JsonNode compare(Path file) throws IOException {
    return ask("compare " + file);
  }

  private JsonNode ask(String line) throws IOException {
    in.write(line + "\n");
    in.flush();
    return answer();
  }

  private JsonNode answer() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("PyTorch's side failed, or there is no python3-torch");
    }
    return json.readTree(line);
  }

  @Override
  public void close() {
    try {
      in.close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
