package io.pairstream.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.cli.options.JsonFlags;
import io.pairstream.cli.options.RecipeFlags;
import io.pairstream.cli.options.Usage;
import io.pairstream.cli.source.OptionFile;
import io.pairstream.cli.source.Recipes;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pairstream recipe show`: a recipe with all that it includes, as one file.
@Command(
    name = "show",
    description = {
      "Prints a recipe with its reasons and all that it includes.",
      "The output is a recipe again: keep it in a file, change it, and give the file to --recipe."
    },
    footer = {"", "Example:", "  pairstream recipe show tsm-sthv1-mca"})
final class RecipeShowCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME|FILE", description = "The recipe.")
  private @Nullable String name;

  @Mixin private JsonFlags json = new JsonFlags();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    OptionFile recipe = Recipes.read(Usage.given("NAME", name));
    ConfiguredExecution.requireKnown(
        recipe,
        Objects.requireNonNull(spec).root().commandLine(),
        Set.of(ConfiguredExecution.CONFIG, RecipeFlags.OPTION));
    PrintWriter out = Terminal.out(spec);
    if (json.json()) {
      out.println(json(recipe).toPrettyString());
    } else {
      recipe.lines().forEach(out::println);
    }
    out.flush();
    return 0;
  }

  private static ObjectNode json(OptionFile recipe) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", recipe.name());
    json.put("description", recipe.description());
    recipe
        .sections()
        .forEach((section, settings) -> {
          ArrayNode options = json.putArray(section.text());
          settings
              .values()
              .forEach(setting -> {
                ObjectNode option = options.addObject();
                option.put("option", setting.option());
                option.put("value", setting.text(","));
                option.put("reason", String.join(" ", setting.comments()));
                option.put("place", setting.place());
              });
        });
    return json;
  }
}
