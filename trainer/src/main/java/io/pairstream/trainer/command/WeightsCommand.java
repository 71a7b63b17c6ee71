package io.pairstream.trainer.command;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `pairstream weights`: what is in files of weights, and other forms of it.
@Command(
    name = "weights",
    description = {
      "Reads files of weights: PyTorch checkpoints old and new, pickles of NumPy arrays with Caffe2's"
          + " names, TorchScript, safetensors.",
      "No code in them is run."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {WeightsInspectCommand.class, WeightsConvertCommand.class})
final class WeightsCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    throw new ParameterException(line, "a command is missing: inspect or convert");
  }
}
