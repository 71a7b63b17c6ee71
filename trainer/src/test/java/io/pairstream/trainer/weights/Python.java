package io.pairstream.trainer.weights;

import io.pairstream.testing.Require;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs one of the tests' Python programs (`src/test/python`) with Debian's torch.
public final class Python {
  private Python() {}

  /// What the program printed.
  ///
  /// @throws AssertionError with what it printed if it failed
  public static String run(String program, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Require.python("torch").toString());
    command.add(Require.root().resolve("trainer/src/test/python").resolve(program).toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    try {
      Path output = Files.createTempFile("python", ".txt");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(300, TimeUnit.SECONDS);
      String text = Files.readString(output, StandardCharsets.UTF_8);
      Files.delete(output);
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new AssertionError(command + " failed: " + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
