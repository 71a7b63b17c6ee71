package io.pairstream.cli.recipe;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/// What an option is that is not on the command line: what the environment says, else what the
/// recipe says, else its own default.
///
/// @param environment who knows the environment
/// @param recipe settings by option
/// @param given options on the command line. They get no default at all: to picocli, a flag whose
///   default is `true` would turn to `false` when it is given.
public record RecipeDefaults(
    IDefaultValueProvider environment, Map<String, Recipe.Setting> recipe, Set<String> given)
    implements IDefaultValueProvider {
  public RecipeDefaults {
    recipe = Map.copyOf(recipe);
    given = Set.copyOf(given);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) throws Exception {
    if (!(argument instanceof OptionSpec option) || given.contains(option.longestName())) {
      return null;
    }
    String value = environment.defaultValue(option);
    Recipe.Setting setting = recipe.get(option.longestName());
    return value == null && setting != null ? setting.value() : value;
  }
}
