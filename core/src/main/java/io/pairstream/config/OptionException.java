package io.pairstream.config;

/// An option's value that cannot be; the command line adds where the value came from.
public final class OptionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String option;

  /// @param option its name, such as `--prefetch`
  /// @param problem the rest of the sentence, such as `0 is not at least 1`
  public OptionException(String option, String problem) {
    super(option + " " + problem);
    this.option = option;
  }

  private OptionException(String option, IllegalArgumentException cause) {
    super(sentence(option, String.valueOf(cause.getMessage())), cause);
    this.option = option;
  }

  /// A value's refusal with the option that it came from.
  public static OptionException of(String option, IllegalArgumentException refusal) {
    return refusal instanceof OptionException known ? known : new OptionException(option, refusal);
  }

  private static String sentence(String option, String problem) {
    return problem.startsWith(option + " ") ? problem : option + ": " + problem;
  }

  /// The option's name, with its dashes.
  public String option() {
    return option;
  }

  /// Refuses a whole number below a bound.
  ///
  /// @throws OptionException if it is
  public static void requireAtLeast(String option, long value, long least) {
    if (value < least) {
      throw new OptionException(option, value + " is not at least " + least);
    }
  }

  /// Refuses what is not a finite number from 0 on.
  ///
  /// @throws OptionException if it is not
  public static void requireFromZero(String option, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new OptionException(option, value + " is not a number from 0 on");
    }
  }

  /// Refuses what is not a share.
  ///
  /// @throws OptionException if it is outside [0,1]
  public static void requireShare(String option, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new OptionException(option, value + " is outside [0,1]");
    }
  }
}
