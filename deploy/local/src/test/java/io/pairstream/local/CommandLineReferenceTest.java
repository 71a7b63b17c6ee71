package io.pairstream.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.cli.Commands;
import io.pairstream.cli.source.EnvironmentDefaults;
import io.pairstream.testing.Require;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// The reference page of the command line is what the code says.
class CommandLineReferenceTest {
  private static final Path PAGE = Require.root().resolve("docs/reference/command-line.md");

  @Test
  void thePageIsNotStale() throws Exception {
    String page = page(Commands.line(Map.of()));
    if (Boolean.getBoolean("pairstream.update")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE)
        .as(
            "write it anew: mvn -pl deploy/local -am test -Dtest=CommandLineReferenceTest"
                + " -Dpairstream.update=true")
        .hasContent(page);
  }

  /// The names of all options, which each service must know to name a variable that is none.
  @Test
  void theListOfOptionsIsNotStale() throws Exception {
    Path list =
        Require.root().resolve("cli/src/main/resources/io/pairstream/cli/source/options.txt");
    Set<String> names = new TreeSet<>();
    collect(Commands.line(Map.of()), names);
    String text = String.join("\n", names) + "\n";
    if (Boolean.getBoolean("pairstream.update")) {
      Files.writeString(list, text);
    }
    assertThat(list).as("write it anew, as the page").hasContent(text);
  }

  private static void collect(CommandLine line, Set<String> names) {
    line.getCommandSpec().options().forEach(option -> names.add(option.longestName()));
    line.getSubcommands().values().forEach(inner -> collect(inner, names));
  }

  private static String page(CommandLine line) {
    StringBuilder page =
        new StringBuilder(
            """
            # The command line

            Generated from the code. Every option also comes from the environment, under the name in the
            last column, from a YAML file, `--config FILE`, and from a [recipe](recipes.md); see
            [configuration](configuration.md). The command line comes before the environment, the environment
            before the file, the file before a recipe, a recipe before the defaults. A flag is taken back with
            `=false`.

            Exit codes: 0 done, 2 usage, 3 something needed is not there (a broker, a GPU asked for, room on
            the disk), 4 too much bad input or an incomplete journal.
            """);
    line.getSubcommands().entrySet().stream()
        .filter(entry -> !entry.getValue().getCommandSpec().usageMessage().hidden())
        .filter(entry -> !entry.getKey().equals("help"))
        .forEach(entry -> page.append(section(entry.getKey(), entry.getValue())));
    return page.toString();
  }

  private static String section(String name, CommandLine command) {
    StringBuilder section =
        new StringBuilder("\n## pairstream " + name + arguments(command) + "\n\n");
    for (String sentence : command.getCommandSpec().usageMessage().description()) {
      section.append(plain(sentence)).append('\n');
    }
    List<OptionSpec> options =
        command.getCommandSpec().options().stream()
            .filter(option -> !option.hidden() && !option.usageHelp() && !option.versionHelp())
            .filter(option -> !option.inherited())
            .sorted(Comparator.comparing(OptionSpec::longestName))
            .toList();
    if (!options.isEmpty()) {
      section.append("\n| option | what it says | environment |\n|---|---|---|\n");
    }
    for (OptionSpec option : options) {
      section
          .append("| `")
          .append(option.longestName())
          .append(option.arity().max() == 0 ? "" : " " + option.paramLabel())
          .append("` | ")
          .append(option.required() ? "**Required.** " : "")
          .append(description(option))
          .append(" | `")
          .append(EnvironmentDefaults.variable(option.longestName()))
          .append("` |\n");
    }
    command
        .getSubcommands()
        .forEach((inner, line) -> section.append(section(name + " " + inner, line)));
    return section.toString();
  }

  private static String arguments(CommandLine command) {
    return command.getCommandSpec().positionalParameters().stream()
        .map(parameter -> " " + parameter.paramLabel())
        .collect(Collectors.joining());
  }

  private static String description(OptionSpec option) {
    String text = String.join(" ", Arrays.asList(option.description()));
    String value = String.valueOf(option.defaultValue());
    return plain(text.replace("${DEFAULT-VALUE}", value)).replace("|", "\\|");
  }

  private static String plain(String text) {
    return text.replace("%n", " ").replace("%%", "%").strip();
  }
}
