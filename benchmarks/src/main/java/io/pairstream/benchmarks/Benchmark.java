package io.pairstream.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One group of measurements. It proves that both sides agree before it measures them.
public interface Benchmark {
  /// The word on the command line.
  String name();

  /// Names of rows that must come out.
  default List<String> promised() {
    return List.of();
  }

  /// @throws AgreementException if what is to be compared is not the same
  List<Row> run() throws Exception;

  /// What the command line says of how to measure.
  ///
  /// @param rounds of each side, of which the median counts; empty for as many as is usual
  /// @param only the row that is wanted, of those benchmarks that can leave out others
  record Settings(OptionalInt rounds, Optional<String> only) {
    public Settings {
      if (rounds.orElse(1) < 1) {
        throw new IllegalArgumentException("--rounds " + rounds.getAsInt() + " is not at least 1");
      }
    }

    public boolean wants(String row) {
      return only.isEmpty() || only.get().equals(row);
    }
  }

  /// Two ways of doing the same thing that do not give the same result: nothing is measured.
  final class AgreementException extends Exception {
    private static final long serialVersionUID = 1;

    public AgreementException(String message) {
      super(message);
    }
  }
}
