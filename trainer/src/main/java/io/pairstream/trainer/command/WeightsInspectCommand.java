package io.pairstream.trainer.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.JsonFlags;
import io.pairstream.trainer.InitialWeights;
import io.pairstream.trainer.weights.Naming;
import io.pairstream.trainer.weights.Reading;
import io.pairstream.trainer.weights.WeightFile;
import io.pairstream.trainer.weights.WeightSource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `pairstream weights inspect`: names, types and shapes.
@Command(
    name = "inspect",
    description = "Lists the tensors of a file of weights, and what is beside them.",
    footer = {"", "Example:", "  pairstream weights inspect resnet50.pth"})
final class WeightsInspectCommand implements Callable<Integer> {
  @Mixin private WeightFileFlags file = new WeightFileFlags();

  @Mixin private JsonFlags json = new JsonFlags();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Logging.quiet();
    PrintWriter out = Terminal.out(spec);
    WeightSource source = file.source();
    Path path = source.file();
    InitialWeights.open(
        source,
        weights -> {
          if (json.json()) {
            out.println(json(path, weights).toPrettyString());
          } else {
            show(out, path, weights);
          }
          return true;
        });
    out.flush();
    return 0;
  }

  /// `tensors` are in the file's order; of each `name`, `type` as PyTorch calls it, and `shape`.
  private static ObjectNode json(Path path, WeightFile weights) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("file", path.toString());
    json.put("format", weights.format().text());
    json.put("place", weights.place());
    json.put("prefix", weights.prefix());
    Reading reading = Reading.of(weights.tensors().keySet());
    json.put("front", reading.front().dropped());
    json.put("naming", reading.naming().name().toLowerCase(java.util.Locale.ROOT));
    ArrayNode tensors = json.putArray("tensors");
    weights
        .tensors()
        .forEach((name, tensor) -> {
          ObjectNode one = tensors.addObject();
          one.put("name", name);
          one.put("type", tensor.type().torchName());
          ArrayNode shape = one.putArray("shape");
          for (int i = 0; i < tensor.shape().rank(); i++) {
            shape.add(tensor.shape().dim(i));
          }
        });
    ObjectNode others = json.putObject("others");
    weights.others().forEach(others::put);
    return json;
  }

  private static void show(PrintWriter out, Path path, WeightFile weights) {
    long values =
        weights.tensors().values().stream().mapToLong(tensor -> tensor.shape().elements()).sum();
    Reading reading = Reading.of(weights.tensors().keySet());
    Naming naming = reading.naming();
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
    if (!reading.front().dropped().isEmpty()) {
      out.printf(
          "The model's names have '%s' in front, which is left out where they are used.%n",
          reading.front().dropped());
    }
    weights
        .tensors()
        .forEach((name, tensor) ->
            out.printf("  %s  %s %s%n", name, tensor.type().torchName(), tensor.shape()));
    weights.others().forEach((name, text) -> out.printf("beside them %s: %s%n", name, text));
  }
}
