package io.pairstream.ops;

/// An end that a person must know the cause of and not the stack: one sentence that names the
/// thing, and the exit code.
public final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ExitCode exitCode;

  private ServiceException(ExitCode exitCode, String sentence, Throwable cause) {
    super(sentence, cause);
    this.exitCode = exitCode;
  }

  private ServiceException(ExitCode exitCode, String sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }

  /// An option, argument or dataset is wrong: exit 2.
  public static ServiceException usage(String sentence) {
    return new ServiceException(ExitCode.USAGE, sentence);
  }

  public static ServiceException usage(String sentence, Throwable cause) {
    return new ServiceException(ExitCode.USAGE, sentence, cause);
  }

  /// Something that is needed is not there: exit 3.
  public static ServiceException environment(String sentence) {
    return new ServiceException(ExitCode.ENVIRONMENT, sentence);
  }

  public static ServiceException environment(String sentence, Throwable cause) {
    return new ServiceException(ExitCode.ENVIRONMENT, sentence, cause);
  }

  /// Too much bad input or an incomplete journal: exit 4.
  public static ServiceException badInput(String sentence) {
    return new ServiceException(ExitCode.BAD_INPUT, sentence);
  }

  public ExitCode exitCode() {
    return exitCode;
  }
}
