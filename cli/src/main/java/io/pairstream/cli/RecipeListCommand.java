package io.pairstream.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.cli.options.JsonFlags;
import io.pairstream.cli.source.Recipes;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `pairstream recipe list`: names and what they are.
@Command(
    name = "list",
    description = "Lists the recipes that come with the program.",
    footer = {"", "Example:", "  pairstream recipe list"})
final class RecipeListCommand implements Callable<Integer> {
  @Mixin private JsonFlags json = new JsonFlags();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Terminal.out(spec);
    if (json.json()) {
      out.println(json().toPrettyString());
    } else {
      int width = Recipes.NAMES.stream().mapToInt(String::length).max().orElse(0);
      for (String name : Recipes.NAMES) {
        out.printf("%-" + width + "s  %s%n", name, Recipes.read(name).description());
      }
    }
    out.flush();
    return 0;
  }

  private static ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode recipes = json.putArray("recipes");
    for (String name : Recipes.NAMES) {
      recipes.addObject().put("name", name).put("description", Recipes.read(name).description());
    }
    return json;
  }
}
