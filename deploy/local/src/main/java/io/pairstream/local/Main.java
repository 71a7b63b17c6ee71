package io.pairstream.local;

import io.pairstream.local.command.PairstreamCommand;
import io.pairstream.local.options.EnvironmentDefaults;
import io.pairstream.local.process.Child;
import io.pairstream.local.process.JavaCommand;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ParentWatch;
import io.pairstream.ops.ServiceException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// The command line `pairstream`.
///
/// Exit codes: 0 done, 2 usage, 3 environment, 4 too much bad input or an incomplete ledger; 1 with
/// a stack is a bug. A failure with a known cause is the last line on standard error.
public final class Main {
  /// Less than the 5 seconds within which no child outlives its launcher.
  private static final long PARENT_GRACE_MILLIS = 3_000;

  private Main() {}

  public static void main(String[] arguments) {
    if (Boolean.getBoolean(JavaCommand.PARENT_WATCH)) {
      obeyLauncher();
    }
    System.exit(commandLine(System.getenv()).execute(arguments));
  }

  /// Ctrl-C and a closed terminal reach every process of the terminal: who has a launcher leaves
  /// them to it, so that services stop in order. The launcher's death is another matter.
  private static void obeyLauncher() {
    for (String signal : List.of("INT", "HUP")) {
      try {
        Signal.handle(new Signal(signal), SignalHandler.SIG_IGN);
      } catch (IllegalArgumentException e) {
        // This system has no such signal.
      }
    }
    ParentWatch.exitWithParent(System.in, PARENT_GRACE_MILLIS);
  }

  /// All commands.
  ///
  /// @param environment where options are looked for that are not on the command line
  public static CommandLine commandLine(Map<String, String> environment) {
    CommandLine line = new CommandLine(new PairstreamCommand());
    line.setDefaultValueProvider(new EnvironmentDefaults(environment));
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(Main::refuse);
    line.setExecutionExceptionHandler(Main::fail);
    return line;
  }

  private static int refuse(ParameterException e, String[] arguments) {
    CommandLine line = e.getCommandLine();
    line.getErr()
        .printf(
            "%s%s See '%s --help'.%n",
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
    return text.endsWith(".") || text.endsWith("?") ? text : text + ".";
  }

  private static String unknownArgument(String argument, CommandLine line) {
    if (argument.startsWith("@")) {
      return "The file of options '" + argument.substring(1) + "' cannot be read.";
    }
    String kind = argument.startsWith("-") ? "option" : "argument";
    if (!argument.startsWith("-") && !line.getSubcommands().isEmpty()) {
      kind = "command";
    }
    List<String> close = new UnmatchedArgumentException(line, List.of(argument)).getSuggestions();
    String hint = close.isEmpty() ? "" : " Did you mean " + close.getFirst() + "?";
    return "There is no " + kind + " '" + argument + "'." + hint;
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
