package io.pairstream.cli.source;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/// What an option is that is not on the command line: what the environment says, else what the file
/// of options says, else what the recipe says, else its own default.
///
/// @param environment who knows the environment
/// @param config what `--config` says, by option
/// @param recipe what `--recipe` says, by option
/// @param given options on the command line. They get no default at all: to picocli, a flag whose
///   default is `true` would turn to `false` when it is given.
public record LayeredDefaults(
    EnvironmentDefaults environment,
    Map<String, Setting> config,
    Map<String, Setting> recipe,
    Set<String> given)
    implements IDefaultValueProvider {
  public LayeredDefaults {
    config = Map.copyOf(config);
    recipe = Map.copyOf(recipe);
    given = Set.copyOf(given);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || given.contains(option.longestName())) {
      return null;
    }
    String value = environment.defaultValue(option);
    return value != null
        ? value
        : setting(option.longestName())
            .map(setting -> setting.text(separator(option)))
            .orElse(null);
  }

  private Optional<Setting> setting(String option) {
    return Optional.ofNullable(config.get(option))
        .or(() -> Optional.ofNullable(recipe.get(option)));
  }

  /// What parts the values of a list on the command line.
  private static String separator(OptionSpec option) {
    return option.splitRegex().isEmpty() ? "," : option.splitRegex();
  }

  /// Where an option's value comes from, for messages; empty for the command line and the default.
  public Optional<String> place(String option) {
    if (given.contains(option)) {
      return Optional.empty();
    }
    return environment.place(option).or(() -> setting(option).map(Setting::place));
  }

  /// The same without the recipe.
  public LayeredDefaults withoutRecipe() {
    return new LayeredDefaults(environment, config, Map.of(), given);
  }
}
