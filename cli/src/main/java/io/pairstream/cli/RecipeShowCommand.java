package io.pairstream.cli;

import io.pairstream.cli.options.Usage;
import io.pairstream.cli.recipe.Recipe;
import io.pairstream.cli.recipe.Recipes;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pairstream recipe show`: a recipe with all that it includes, as one file.
@Command(
    name = "show",
    description = {
      "Prints a recipe with its reasons and all that it includes.",
      "The output is a recipe again: keep it in a file, change it, and give the file to --recipe."
    })
final class RecipeShowCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME|FILE", description = "The recipe.")
  private @Nullable String name;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Recipe recipe = Recipes.read(Usage.given("NAME", name));
    recipe.requireKnown(RecipeExecution.known(Objects.requireNonNull(spec).root().commandLine()));
    PrintWriter out = Terminal.out(spec);
    recipe.lines().forEach(out::println);
    out.flush();
    return 0;
  }
}
