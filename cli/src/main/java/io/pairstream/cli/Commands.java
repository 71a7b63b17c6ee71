package io.pairstream.cli;

import io.pairstream.cli.options.EnvironmentDefaults;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.process.Child;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
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
    line.setExecutionStrategy(new RecipeExecution(defaults));
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((e, words) -> refuse(e, words, environment));
    line.setExecutionExceptionHandler(Commands::fail);
    return line;
  }

  private static int refuse(ParameterException e, String[] words, Map<String, String> environment) {
    CommandLine line = e.getCommandLine();
    line.getErr()
        .printf(
            "%s%s; see '%s --help'%n",
            Child.SENTENCE_PREFIX,
            source(e, words, environment) + sentence(e),
            line.getCommandSpec().qualifiedName());
    return ExitCode.USAGE.code();
  }

  /// The variable whose value is refused, if it is one's.
  private static String source(
      ParameterException e, String[] words, Map<String, String> environment) {
    if (!(e.getArgSpec() instanceof OptionSpec option)
        || !String.valueOf(e.getMessage()).startsWith("Invalid value")) {
      return "";
    }
    String variable = EnvironmentDefaults.variable(option.longestName());
    boolean onCommandLine =
        Arrays.stream(words)
            .anyMatch(word ->
                word.equals(option.longestName()) || word.startsWith(option.longestName() + "="));
    return onCommandLine || !environment.containsKey(variable)
        ? ""
        : EnvironmentDefaults.place(variable) + ": ";
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
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  private static String unknownArgument(String argument, CommandLine line) {
    if (argument.startsWith("@")) {
      return "file of options '" + argument.substring(1) + "' cannot be read";
    }
    String kind = argument.startsWith("-") ? "option" : "argument";
    if (!argument.startsWith("-") && !line.getSubcommands().isEmpty()) {
      kind = "command";
    }
    List<String> close = new UnmatchedArgumentException(line, List.of(argument)).getSuggestions();
    String hint = close.isEmpty() ? "" : " (did you mean " + close.getFirst() + "?)";
    return "unknown " + kind + " '" + argument + "'" + hint;
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
