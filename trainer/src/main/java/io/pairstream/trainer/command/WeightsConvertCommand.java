package io.pairstream.trainer.command;

import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.Usage;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.WeightConversion;
import io.pairstream.trainer.weights.WeightSource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pairstream weights convert`: any file of weights as safetensors.
@Command(
    name = "convert",
    description = {
      "Writes the tensors of a file of weights as safetensors, under the names of the authors' models.",
      "With --model it is checked against the model and completed, and what matched is told."
    },
    footer = {
      "",
      "Example:",
      "  pairstream weights convert resnet50.pth --model tsm-resnet50 --out resnet50.safetensors"
    })
final class WeightsConvertCommand implements Callable<Integer> {
  @Mixin private WeightFileFlags file = new WeightFileFlags();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The safetensors file to write; there may be none yet.")
  private @Nullable Path out;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model that the weights are for, as for train --model.")
  private @Nullable String model;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description =
          "How many classes the model tells apart (default: as many as the file's classifier);"
              + " for another number the classifier is drawn anew.")
  private @Nullable Integer classes;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Logging.quiet();
    PrintWriter terminal = Terminal.out(spec);
    WeightSource from = file.source();
    Path to = Usage.given("--out", out);
    if (model == null && classes != null) {
      throw ServiceException.usage("--classes needs --model");
    }
    if (classes != null && classes < 1) {
      throw ServiceException.usage("--classes " + classes + " is not at least 1");
    }
    List<String> lines =
        model == null
            ? WeightConversion.rename(from, to)
            : WeightConversion.complete(
                from, to, model, classes == null ? OptionalInt.empty() : OptionalInt.of(classes));
    lines.forEach(terminal::println);
    terminal.println("written: " + to);
    terminal.flush();
    return 0;
  }
}
