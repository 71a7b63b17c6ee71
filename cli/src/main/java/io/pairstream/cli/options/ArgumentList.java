package io.pairstream.cli.options;

import io.pairstream.cli.source.OptionFile;
import io.pairstream.cli.source.YamlText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// Options with their values as a command line has them, to be handed to another process or kept in
/// a file.
///
/// @param options values by option; a flag without a value has none
public record ArgumentList(Map<String, List<String>> options) {
  /// What the name of a TorchScript file ends with, which `--model` takes beside names.
  private static final String MODEL_FILE = ".pt";

  public ArgumentList {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    options.forEach((name, values) -> copy.put(name, List.copyOf(values)));
    options = Collections.unmodifiableMap(copy);
  }

  public ArgumentList() {
    this(Map.of());
  }

  /// The options that the command line, the environment or a recipe names and that belong to one of
  /// the given groups of flags. Paths become absolute: the list may be read in another folder.
  ///
  /// @param groups the mixins of the command
  public static ArgumentList of(ParseResult parsed, Object... groups) {
    return of(parsed, parsed.commandSpec().defaultValueProvider(), groups);
  }

  /// The same with other values for what is not on the command line.
  public static ArgumentList of(
      ParseResult parsed, IDefaultValueProvider environment, Object... groups) {
    Set<Object> owners = Collections.newSetFromMap(new IdentityHashMap<>());
    owners.addAll(List.of(groups));
    Map<String, List<String>> options = new LinkedHashMap<>();
    for (CommandSpec mixin : parsed.commandSpec().mixins().values()) {
      if (owners.contains(mixin.userObject())) {
        for (OptionSpec option : mixin.options()) {
          values(
                  Objects.requireNonNull(parsed.commandSpec().findOption(option.longestName())),
                  parsed,
                  environment)
              .ifPresent(values -> options.put(option.longestName(), values));
        }
      }
    }
    return new ArgumentList(options);
  }

  private static Optional<List<String>> values(
      OptionSpec option, ParseResult parsed, IDefaultValueProvider environment) {
    if (parsed.hasMatchedOption(option)) {
      return Optional.of(
          option.arity().max() == 0
              ? flag(option.originalStringValues().getLast())
              : option.originalStringValues().stream().map(v -> text(option, v)).toList());
    }
    try {
      Optional<String> value = Optional.ofNullable(environment.defaultValue(option));
      return value.map(
          given -> option.arity().max() == 0 ? flag(given) : List.of(text(option, given)));
    } catch (Exception e) {
      throw new IllegalStateException("no default of " + option.longestName(), e);
    }
  }

  /// A flag that is taken back must be handed on as such: something else may have set it.
  private static List<String> flag(String value) {
    return Boolean.parseBoolean(value) ? List.of() : List.of("false");
  }

  private static String text(OptionSpec option, String value) {
    boolean modelFile = option.longestName().equals("--model") && value.endsWith(MODEL_FILE);
    return option.type() == Path.class || modelFile
        ? Path.of(value).toAbsolutePath().toString()
        : value;
  }

  /// These options and others; where both name one, the other's values.
  public ArgumentList and(ArgumentList other) {
    Map<String, List<String>> both = new LinkedHashMap<>(options);
    both.putAll(other.options);
    return new ArgumentList(both);
  }

  /// These options and one more, which replaces one of its name.
  public ArgumentList and(String option, String... values) {
    return and(new ArgumentList(Map.of(option, List.of(values))));
  }

  /// The only value of an option, if it is there.
  public Optional<String> value(String option) {
    return Optional.ofNullable(options.get(option)).map(List::getLast);
  }

  /// Each value as `--option=value`.
  public List<String> words() {
    return options.entrySet().stream()
        .flatMap(entry ->
            entry.getValue().isEmpty()
                ? Stream.of(entry.getKey())
                : entry.getValue().stream().map(value -> entry.getKey() + "=" + value))
        .toList();
  }

  /// As a file of options, a line each, for `--config` and for [#of(OptionFile)].
  public List<String> yaml() {
    return options.entrySet().stream()
        .map(entry -> YamlText.entry(entry.getKey(), entry.getValue()))
        .toList();
  }

  /// The options of a file that stand outside of its sections.
  public static ArgumentList of(OptionFile file) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    file.own().forEach((option, setting) -> options.put(option, setting.values()));
    return new ArgumentList(options);
  }

  /// The reverse of [#words].
  public static ArgumentList parse(List<String> words) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        options.put(word, List.of());
      } else {
        options
            .computeIfAbsent(word.substring(0, equals), _ -> new ArrayList<>())
            .add(word.substring(equals + 1));
      }
    }
    return new ArgumentList(options);
  }
}
