package io.pairstream.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/// What a run of a model costs: large golden cases have a budget of time and memory.
final class Expense {
  private static final Path PROCESS = Path.of("/proc/self");

  private Expense() {}

  /// Runs something, and prints the seconds and, where Linux tells it, the most memory that the
  /// process had meanwhile.
  static <T> T printed(String what, Supplier<T> supplier) {
    resetPeak();
    long start = System.nanoTime();
    T result = supplier.get();
    double seconds = (System.nanoTime() - start) / 1e9;
    String memory = peak().map(gib -> ", %.1f GiB".formatted(gib)).orElse("");
    System.out.printf("%s: %.1f s%s%n", what, seconds, memory);
    return result;
  }

  private static void resetPeak() {
    try {
      Files.writeString(PROCESS.resolve("clear_refs"), "5");
    } catch (IOException e) {
      // Elsewhere the number is the highest since the process began, or there is none.
    }
  }

  private static Optional<Double> peak() {
    try {
      return Files.readAllLines(PROCESS.resolve("status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> Double.parseDouble(line.replaceAll("\\D", "")) / (1 << 20))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
