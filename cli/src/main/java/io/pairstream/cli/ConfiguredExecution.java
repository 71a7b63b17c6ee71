package io.pairstream.cli;

import io.pairstream.cli.options.RecipeFlags;
import io.pairstream.cli.source.EnvironmentDefaults;
import io.pairstream.cli.source.KnownOptions;
import io.pairstream.cli.source.LayeredDefaults;
import io.pairstream.cli.source.OptionFile;
import io.pairstream.cli.source.OptionFiles;
import io.pairstream.cli.source.OptionSection;
import io.pairstream.cli.source.Recipes;
import io.pairstream.cli.source.Setting;
import io.pairstream.config.OptionException;
import io.pairstream.ops.ServiceException;
import io.pairstream.process.Child;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
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

/// Reads the command line a second time before its command runs. The first time only says which
/// files the other options come from, and which options are given at all; whatever is wrong is
/// found the second time, when all sources are known.
///
/// @param environment who knows the environment
public record ConfiguredExecution(EnvironmentDefaults environment) implements IExecutionStrategy {
  /// The option that names a file of options.
  static final String CONFIG = "--config";

  /// Lets the first reading pass over mistakes.
  static void lenient(CommandLine line, boolean on) {
    line.getCommandSpec().parser().collectErrors(on);
    line.getSubcommands().values().forEach(inner -> lenient(inner, on));
  }

  @Override
  public int execute(ParseResult first) {
    CommandLine root = first.commandSpec().commandLine();
    LayeredDefaults defaults = defaults(first);
    root.setDefaultValueProvider(defaults);
    lenient(root, false);
    try {
      ParseResult second = again(root, first, defaults);
      environment
          .unknown(KnownOptions.all())
          .forEach(sentence -> root.getErr().println(Child.SENTENCE_PREFIX + sentence));
      return new RunLast().execute(second);
    } catch (ExecutionException e) {
      throw sourced(e, defaults);
    } finally {
      root.setDefaultValueProvider(environment);
      lenient(root, true);
    }
  }

  private LayeredDefaults defaults(ParseResult first) {
    ParseResult last = last(first);
    Set<String> given =
        last.matchedOptionsSet().stream()
            .map(OptionSpec::longestName)
            .collect(Collectors.toUnmodifiableSet());
    if (helps(first) || helps(last)) {
      return new LayeredDefaults(environment, Map.of(), Map.of(), given);
    }
    CommandSpec command = last.commandSpec();
    try {
      Map<String, Setting> config =
          value(first, last, CONFIG)
              .map(file -> config(OptionFiles.read(Path.of(file)), command))
              .orElse(Map.of());
      Optional<String> recipe =
          command.optionsMap().containsKey(RecipeFlags.OPTION)
              ? value(first, last, RecipeFlags.OPTION)
                  .or(() ->
                      Optional.ofNullable(config.get(RecipeFlags.OPTION))
                          .map(setting -> setting.text(",")))
                  .filter(name -> !name.equals(RecipeFlags.NONE))
              : Optional.empty();
      return new LayeredDefaults(
          environment,
          config,
          recipe.map(name -> recipe(Recipes.read(name), command)).orElse(Map.of()),
          given);
    } catch (ServiceException e) {
      throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean helps(ParseResult parsed) {
    return parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested();
  }

  /// An option that must be known before the others.
  private Optional<String> value(ParseResult first, ParseResult last, String option) {
    return Stream.of(last, first)
        .filter(parsed -> parsed.hasMatchedOption(option))
        .flatMap(parsed -> parsed.matchedOption(option).originalStringValues().stream())
        .findFirst()
        .or(() -> environment.value(option));
  }

  private static Map<String, Setting> config(OptionFile file, CommandSpec command) {
    return settings(file, command, Set.of(CONFIG));
  }

  private static Map<String, Setting> recipe(OptionFile file, CommandSpec command) {
    return settings(file, command, Set.of(CONFIG, RecipeFlags.OPTION));
  }

  private static Map<String, Setting> settings(
      OptionFile file, CommandSpec command, Set<String> without) {
    requireKnown(file, command.root().commandLine(), without);
    Set<String> own = names(command, without);
    file.requireKnown(command.name(), own, hint(own));
    Map<String, Setting> settings = file.settings(command.name());
    for (Setting setting : settings.values()) {
      OptionSpec option = command.findOption(setting.option());
      if (option != null && !option.isMultiValue() && setting.values().size() > 1) {
        throw ServiceException.usage(setting.place() + ": " + setting.option() + " has one value");
      }
    }
    return settings;
  }

  /// Refuses an option of a section that none of its commands has. A service has its own command
  /// alone on its class path, and cannot judge a section of others.
  ///
  /// @param without options that no file may name
  static void requireKnown(OptionFile file, CommandLine root, Set<String> without) {
    for (OptionSection section : OptionSection.values()) {
      if (root.getSubcommands().keySet().containsAll(section.commands())) {
        Set<String> options = new HashSet<>();
        section.commands().stream()
            .flatMap(command -> Stream.ofNullable(root.getSubcommands().get(command)))
            .forEach(line -> options.addAll(names(line.getCommandSpec(), without)));
        file.requireKnown(section, options, hint(options));
      }
    }
  }

  private static UnaryOperator<String> hint(Set<String> options) {
    return name ->
        new KnownOptions(options)
            .nearest(name)
            .map(near -> " (did you mean '" + near.substring(2) + "'?)")
            .orElse("");
  }

  private static Set<String> names(CommandSpec command, Set<String> without) {
    return command.options().stream()
        .map(OptionSpec::longestName)
        .filter(option -> !without.contains(option))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static ParseResult again(CommandLine root, ParseResult first, LayeredDefaults defaults) {
    try {
      return root.parseArgs(first.originalArgs().toArray(String[]::new));
    } catch (ParameterException e) {
      if (e.getArgSpec() instanceof OptionSpec option
          && String.valueOf(e.getMessage()).startsWith("Invalid value")
          && defaults.place(option.longestName()).isPresent()) {
        throw new ParameterException(
            e.getCommandLine(),
            defaults.place(option.longestName()).get() + ": " + e.getMessage(),
            e);
      }
      throw e;
    }
  }

  /// The same failure with the source of the value that was refused.
  private static ExecutionException sourced(ExecutionException e, LayeredDefaults defaults) {
    if (!(e.getCause() instanceof ServiceException refusal)
        || !(refusal.getCause() instanceof OptionException refused)
        || defaults.place(refused.option()).isEmpty()) {
      return e;
    }
    String source = defaults.place(refused.option()).get();
    return new ExecutionException(
        e.getCommandLine(),
        source,
        ServiceException.usage(source + ": " + refused.getMessage(), refused));
  }

  private static ParseResult last(ParseResult parsed) {
    return parsed.hasSubcommand() ? last(parsed.subcommand()) : parsed;
  }
}
