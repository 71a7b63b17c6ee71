package io.pairstream.cli;

import io.pairstream.cli.source.EnvironmentDefaults;
import io.pairstream.cli.source.KnownOptions;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.process.Child;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// All commands as one command line, and what is said when one is refused or fails.
public final class Commands {
  private Commands() {}

  /// All commands.
  ///
  /// @param environment where options are looked for that are not on the command line
  public static CommandLine line(Map<String, String> environment) {
    CommandLine line = new CommandLine(new PairstreamCommand());
    CommandModule.all().forEach(entry -> line.addSubcommand(entry.type()));
    EnvironmentDefaults defaults = new EnvironmentDefaults(environment);
    line.setDefaultValueProvider(defaults);
    line.setExecutionStrategy(new ConfiguredExecution(defaults));
    ConfiguredExecution.lenient(line, true);
    line.setExpandAtFiles(false);
    line.setUsageHelpAutoWidth(true);
    GroupedHelp.install(line);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((e, _) -> refuse(e));
    line.setExecutionExceptionHandler(Commands::fail);
    return line;
  }

  private static int refuse(ParameterException e) {
    CommandLine line = e.getCommandLine();
    line.getErr()
        .printf(
            "%s%s; see '%s --help'%n",
            Child.SENTENCE_PREFIX, sentence(e), line.getCommandSpec().qualifiedName());
    return ExitCode.USAGE.code();
  }

  private static String sentence(ParameterException e) {
    // An option that is not understood may be why another is missing: name it first.
    List<String> unknown = e.getCommandLine().getUnmatchedArguments();
    if (e instanceof UnmatchedArgumentException unmatched) {
      unknown = unmatched.getUnmatched();
    }
    if (!unknown.isEmpty()) {
      return unknownArgument(unknown.getFirst(), e.getCommandLine());
    }
    String text = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    text =
        text.replaceAll("is not an? (int|long)\\b", "is not a whole number")
            .replaceAll("is not an? (float|double)\\b", "is not a number");
    // A place comes first as it is; picocli's own sentences begin in upper case.
    return text.startsWith("Invalid") || text.startsWith("Missing") || text.startsWith("Expected")
        ? Character.toLowerCase(text.charAt(0)) + text.substring(1)
        : text;
  }

  private static String unknownArgument(String argument, CommandLine line) {
    if (argument.startsWith("@")) {
      return "unknown argument '" + argument + "' (options come from a file with --config FILE)";
    }
    if (argument.startsWith("--kafka-property")) {
      return "unknown option '--kafka-property': Kafka's settings come from a file, --kafka-config"
          + " FILE, so that no secret is on a command line";
    }
    String kind = argument.startsWith("-") ? "option" : "argument";
    if (!argument.startsWith("-") && !line.getSubcommands().isEmpty()) {
      kind = "command";
    }
    Set<String> names =
        argument.startsWith("-")
            ? line.getCommandSpec().optionsMap().keySet()
            : line.getSubcommands().keySet();
    String name = argument.startsWith("-") ? argument.replaceFirst("=.*", "") : argument;
    return "unknown "
        + kind
        + " '"
        + argument
        + "'"
        + new KnownOptions(names)
            .nearest(name)
            .map(near -> " (did you mean " + near + "?)")
            .orElse("");
  }

  private static int fail(Exception e, CommandLine line, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof ServiceException known) {
      line.getErr().println(Child.SENTENCE_PREFIX + known.getMessage());
      return known.exitCode().code();
    }
    throw e;
  }
}
