package io.pairstream.benchmarks;

import java.util.List;

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

  /// Two ways of doing the same thing that do not give the same result: nothing is measured.
  final class AgreementException extends Exception {
    private static final long serialVersionUID = 1;

    public AgreementException(String message) {
      super(message);
    }
  }
}
