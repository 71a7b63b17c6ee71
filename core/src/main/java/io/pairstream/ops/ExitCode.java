package io.pairstream.ops;

/// How a process ends.
public enum ExitCode {
  DONE(0),
  /// An option or argument is wrong.
  USAGE(2),
  /// Something that the process needs is not there: a broker, a GPU, room on the disk, arithmetic
  /// that gives the same twice.
  ENVIRONMENT(3),
  /// Too much of the input is bad, or the journal is incomplete.
  BAD_INPUT(4);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
