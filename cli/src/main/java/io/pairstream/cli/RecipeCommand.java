package io.pairstream.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `pairstream recipe`: the options of experiments.
@Command(
    name = "recipe",
    description = {
      "Shows the recipes: the options of the MCA authors' experiments, for --recipe.",
      "What is on the command line or in the environment comes before what a recipe says."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RecipeListCommand.class, RecipeShowCommand.class})
final class RecipeCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    throw new ParameterException(line, "a command is missing: list or show");
  }
}
