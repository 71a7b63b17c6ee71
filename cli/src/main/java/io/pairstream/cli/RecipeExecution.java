package io.pairstream.cli;

import io.pairstream.cli.options.EnvironmentDefaults;
import io.pairstream.cli.options.RecipeFlags;
import io.pairstream.cli.recipe.Recipe;
import io.pairstream.cli.recipe.RecipeDefaults;
import io.pairstream.cli.recipe.RecipeSection;
import io.pairstream.cli.recipe.Recipes;
import io.pairstream.config.OptionException;
import io.pairstream.ops.ServiceException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/// Reads the command line a second time before its command runs: only the first time says which
/// recipe the other options' defaults come from, and which options are given at all.
///
/// @param environment who knows the environment
public record RecipeExecution(EnvironmentDefaults environment) implements IExecutionStrategy {

  @Override
  public int execute(ParseResult first) {
    CommandLine root = first.commandSpec().commandLine();
    ParseResult last = last(first);
    CommandSpec command = last.commandSpec();
    Map<String, Recipe.Setting> settings;
    try {
      settings = settings(last);
    } catch (ServiceException e) {
      throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
    }
    Set<String> given =
        last.matchedOptionsSet().stream()
            .map(OptionSpec::longestName)
            .collect(Collectors.toUnmodifiableSet());
    root.setDefaultValueProvider(new RecipeDefaults(environment, settings, given));
    try {
      ParseResult second = again(root, first, settings);
      return new RunLast().execute(second);
    } catch (ExecutionException e) {
      throw sourced(e, settings, given);
    } finally {
      root.setDefaultValueProvider(environment);
    }
  }

  /// The same failure with the source of the value that was refused.
  private ExecutionException sourced(
      ExecutionException e, Map<String, Recipe.Setting> settings, Set<String> given) {
    if (!(e.getCause() instanceof ServiceException refusal)
        || !(refusal.getCause() instanceof OptionException refused)
        || given.contains(refused.option())) {
      return e;
    }
    String variable = EnvironmentDefaults.variable(refused.option());
    Recipe.Setting setting = settings.get(refused.option());
    String source;
    if (environment.environment().containsKey(variable)) {
      source = EnvironmentDefaults.place(variable);
    } else if (setting != null) {
      source = setting.place();
    } else {
      return e;
    }
    return new ExecutionException(
        e.getCommandLine(),
        source,
        ServiceException.usage(source + ": " + refused.getMessage(), refused));
  }

  private static ParseResult again(
      CommandLine root, ParseResult first, Map<String, Recipe.Setting> settings) {
    try {
      return root.parseArgs(first.originalArgs().toArray(String[]::new));
    } catch (ParameterException e) {
      // The first time all was well: it is the recipe that has such a value.
      if (e.getArgSpec() instanceof OptionSpec option
          && settings.get(option.longestName()) != null) {
        String place = Objects.requireNonNull(settings.get(option.longestName())).place();
        throw new ParameterException(e.getCommandLine(), place + ": " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private static ParseResult last(ParseResult parsed) {
    return parsed.hasSubcommand() ? last(parsed.subcommand()) : parsed;
  }

  /// What the recipe says to the command that is going to run.
  private static Map<String, Recipe.Setting> settings(ParseResult parsed) {
    CommandSpec command = parsed.commandSpec();
    Optional<RecipeSection> section = RecipeSection.of(command.name());
    if (section.isEmpty()) {
      return Map.of();
    }
    return command.mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(RecipeFlags.class::isInstance)
        .flatMap(flags -> ((RecipeFlags) flags).recipe().stream())
        .findFirst()
        .map(Recipes::read)
        .map(recipe -> {
          recipe.requireKnown(known(command.root().commandLine()));
          return recipe.settings(section.get());
        })
        .orElse(Map.of());
  }

  /// The options that each section may name: those of its commands, but the recipe itself.
  static SortedMap<RecipeSection, Set<String>> known(CommandLine root) {
    SortedMap<RecipeSection, Set<String>> known = new TreeMap<>();
    for (RecipeSection section : RecipeSection.values()) {
      if (!root.getSubcommands().keySet().containsAll(section.commands())) {
        // A service has its own command alone on its class path, and cannot judge the others'.
        continue;
      }
      Set<String> options =
          section.commands().stream()
              .flatMap(command -> Stream.ofNullable(root.getSubcommands().get(command)))
              .flatMap(command -> command.getCommandSpec().options().stream())
              .map(OptionSpec::longestName)
              .filter(option -> !option.equals(RecipeFlags.OPTION))
              .collect(Collectors.toUnmodifiableSet());
      if (!options.isEmpty()) {
        known.put(section, options);
      }
    }
    return known;
  }
}
