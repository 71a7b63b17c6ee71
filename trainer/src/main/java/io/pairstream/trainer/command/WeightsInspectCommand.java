package io.pairstream.trainer.command;

import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.Usage;
import io.pairstream.trainer.InitialWeights;
import io.pairstream.trainer.weights.Naming;
import io.pairstream.trainer.weights.WeightFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pairstream weights inspect`: names, types and shapes.
@Command(
    name = "inspect",
    description = "Lists the tensors of a file of weights, and what is beside them.")
final class WeightsInspectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The file of weights.")
  private @Nullable Path file;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Logging.quiet();
    PrintWriter out = Terminal.out(spec);
    Path path = Usage.given("FILE", file);
    InitialWeights.open(
        path,
        weights -> {
          show(out, path, weights);
          return true;
        });
    out.flush();
    return 0;
  }

  private static void show(PrintWriter out, Path path, WeightFile weights) {
    long values =
        weights.tensors().values().stream().mapToLong(tensor -> tensor.shape().elements()).sum();
    Naming naming = Naming.of(weights.tensors().keySet());
    out.printf(
        "%s is %s with %,d tensors of %,d values%s%s%n",
        path,
        weights.format().text(),
        weights.tensors().size(),
        values,
        weights.place().isEmpty() ? "" : " in '" + weights.place() + "'",
        naming == Naming.REFERENCE ? "" : ", under " + naming.owner() + " names");
    if (!weights.prefix().isEmpty()) {
      out.printf("Every name has '%s' in front, left out here.%n", weights.prefix());
    }
    weights
        .tensors()
        .forEach((name, tensor) ->
            out.printf("  %s  %s %s%n", name, tensor.type().torchName(), tensor.shape()));
    weights.others().forEach((name, text) -> out.printf("beside them %s: %s%n", name, text));
  }
}
