package io.pairstream.local.command;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `pairstream dataset`: what lies in a dataset.
@Command(
    name = "dataset",
    description = "Looks at datasets without a run.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = DatasetInspectCommand.class)
final class DatasetCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    throw new ParameterException(line, "a command is missing: inspect");
  }
}
