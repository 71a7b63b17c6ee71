package io.pairstream.cli.options;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Takes the value of an option that is not on the command line from the environment: `--max-age`
/// from `PAIRSTREAM_MAX_AGE`.
///
/// @param environment names and values
public record EnvironmentDefaults(Map<String, String> environment)
    implements IDefaultValueProvider {

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (argument instanceof OptionSpec option && !option.usageHelp() && !option.versionHelp()) {
      return environment.get(variable(option.longestName()));
    }
    return null;
  }

  /// A variable as a source of a value, for messages.
  public static String place(String variable) {
    return variable + " in the environment";
  }

  /// The variable of an option.
  ///
  /// @param option such as `--max-record-bytes`
  public static String variable(String option) {
    return "PAIRSTREAM_" + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
