package io.pairstream.cli.source;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
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
  private static final String PREFIX = "PAIRSTREAM_";

  /// What the launcher reads.
  private static final Set<String> OF_THE_LAUNCHER = Set.of("JAVA_HOME", "JAVA_OPTS");

  /// What Kubernetes tells every pod of a Service whose name begins with `pairstream`.
  private static final Pattern OF_KUBERNETES =
      Pattern.compile(
          "(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_.*)?)?)");

  private static final Pattern ADDRESS_OF_KUBERNETES = Pattern.compile("(tcp|udp|sctp)://.*");

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option && !option.usageHelp() && !option.versionHelp()
        ? value(option.longestName()).orElse(null)
        : null;
  }

  /// The value of an option, if the environment has one.
  public Optional<String> value(String option) {
    return Optional.ofNullable(environment.get(variable(option)))
        .filter(text -> !ADDRESS_OF_KUBERNETES.matcher(text).matches());
  }

  /// The variable that an option's value comes from, as a source of it, for messages.
  public Optional<String> place(String option) {
    return value(option).map(_ -> variable(option) + " in the environment");
  }

  /// The variable of an option.
  ///
  /// @param option such as `--max-record-bytes`
  public static String variable(String option) {
    return PREFIX + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /// Whether a variable stands for an option, known or not.
  public static boolean isOption(String variable) {
    return variable.startsWith(PREFIX)
        && !OF_THE_LAUNCHER.contains(variable.substring(PREFIX.length()));
  }

  /// A sentence about each variable that looks like an option and is none: it would be ignored.
  ///
  /// @param known all options there are, of all commands
  public List<String> unknown(KnownOptions known) {
    return new TreeMap<>(environment)
        .entrySet().stream()
            .filter(variable -> isOption(variable.getKey()))
            .filter(variable -> !ofKubernetes(variable.getKey(), variable.getValue()))
            .map(variable -> option(variable.getKey()))
            .filter(option -> !known.names().contains(option))
            .map(option ->
                variable(option)
                    + " in the environment: no option has this name"
                    + known
                        .nearest(option)
                        .map(near -> " (did you mean " + variable(near) + "?)")
                        .orElse(""))
            .toList();
  }

  private static boolean ofKubernetes(String variable, String value) {
    return OF_KUBERNETES.matcher(variable.substring(PREFIX.length())).matches()
        && (!variable.endsWith("_PORT")
            || ADDRESS_OF_KUBERNETES.matcher(value).matches()
            || variable.endsWith("_SERVICE_PORT"));
  }

  private static String option(String variable) {
    return "--" + variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
