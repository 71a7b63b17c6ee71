package io.pairstream.cli;

import io.pairstream.cli.recipe.Recipes;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `pairstream recipe list`: names and what they are.
@Command(name = "list", description = "Lists the recipes that come with the program.")
final class RecipeListCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Terminal.out(spec);
    int width = Recipes.NAMES.stream().mapToInt(String::length).max().orElse(0);
    for (String name : Recipes.NAMES) {
      out.printf("%-" + width + "s  %s%n", name, Recipes.read(name).description());
    }
    out.flush();
    return 0;
  }
}
