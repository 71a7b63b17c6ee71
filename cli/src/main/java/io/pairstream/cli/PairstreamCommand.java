package io.pairstream.cli;

import io.pairstream.ops.ExitCode;
import io.pairstream.ops.Version;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
          + " PAIRSTREAM_MAX_RECORD_BYTES) and from a YAML file (--config FILE with lines such as"
          + " 'epochs: 20'). A flag is taken back with =false (--flip=false).",
      "The command line comes before the environment, the environment before the file, the file"
          + " before a recipe, a recipe before the defaults.",
      "Exit codes: 0 done, 2 usage, 3 something needed is not there, 4 too much bad input or an"
          + " incomplete journal."
    },
    subcommands = HelpCommand.class)
public final class PairstreamCommand implements Callable<Integer> {
  private static final String FIRST_STEPS =
      """
      pairstream: a command is missing. To begin:

        pairstream doctor                                    what this machine has, and what is missing
        pairstream demo --out out/demo                       the whole pipeline on videos that it draws
        pairstream dataset inspect YOUR_VIDEOS               what is recognised in your videos
        pairstream run --dataset YOUR_VIDEOS --out out/run   the whole pipeline on them
        pairstream --help                                    all commands; COMMAND --help for one
      """;

  /// Read by [ConfiguredExecution], before the other options.
  @Option(
      names = ConfiguredExecution.CONFIG,
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "Take options from a YAML file, but those given here or in the environment: lines such as"
              + " 'epochs: 20', lists as [a, b].")
  private @Nullable Path config;

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
  public Integer call() {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    PrintWriter err = line.getErr();
    err.print(FIRST_STEPS);
    err.flush();
    return ExitCode.USAGE.code();
  }
}
