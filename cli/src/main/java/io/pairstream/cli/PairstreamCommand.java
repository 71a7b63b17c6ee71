package io.pairstream.cli;

import io.pairstream.ops.Version;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `pairstream`: the commands below it do the work.
@Command(
    name = "pairstream",
    description = "Streams pairs of original and augmented video clips to trainers through Kafka.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = PairstreamCommand.ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Every option also comes from the environment (--max-record-bytes from"
          + " PAIRSTREAM_MAX_RECORD_BYTES) and from a file (@FILE). A flag is taken back with"
          + " =false (--flip=false).",
      "The command line comes before the environment, the environment before a recipe, a recipe"
          + " before the defaults.",
      "Exit codes: 0 done, 2 usage, 3 something needed is not there, 4 too much bad input or an"
          + " incomplete ledger."
    },
    subcommands = HelpCommand.class)
public final class PairstreamCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  /// Says what runs.
  static final class ProgramVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "pairstream " + Version.current(),
        "Java " + Runtime.version() + " on " + System.getProperty("os.arch")
      };
    }
  }

  @Override
  public void run() {
    CommandLine line = java.util.Objects.requireNonNull(spec).commandLine();
    throw new ParameterException(line, "a command is missing");
  }
}
