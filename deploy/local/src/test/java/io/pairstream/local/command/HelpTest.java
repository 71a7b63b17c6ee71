package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.cli.Commands;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class HelpTest {
  private static Stream<CommandLine> leaves(CommandLine line) {
    if (line.getCommandSpec().usageMessage().hidden() || line.getCommandName().equals("help")) {
      return Stream.empty();
    }
    return line.getSubcommands().isEmpty()
        ? Stream.of(line)
        : line.getSubcommands().values().stream().distinct().flatMap(HelpTest::leaves);
  }

  /// An example that its own command refuses to read helps nobody.
  @Test
  void everyCommandShowsAnExampleThatItUnderstands() {
    for (CommandLine leaf : leaves(Commands.line(Map.of())).toList()) {
      String name = leaf.getCommandSpec().qualifiedName();
      List<String> footer = List.of(leaf.getCommandSpec().usageMessage().footer());
      assertThat(footer).as(name).contains("Example:");
      String example = footer.getLast().strip();
      assertThat(example).startsWith(name);
      CommandLine again = Commands.line(Map.of());
      strict(again);
      again.parseArgs(example.substring("pairstream ".length()).split(" +"));
    }
  }

  private static void strict(CommandLine line) {
    line.getCommandSpec().parser().collectErrors(false);
    line.getSubcommands().values().forEach(HelpTest::strict);
  }

  @Test
  void optionsStandInGroups() {
    StringWriter out = new StringWriter();
    CommandLine line = Commands.line(Map.of());
    line.setOut(new PrintWriter(out));
    assertThat(line.execute("run", "--help")).isZero();
    assertThat(out.toString().lines()).startsWith("Usage: pairstream run [OPTIONS]");
    assertThat(out.toString().lines().map(String::strip))
        .anyMatch(l -> l.startsWith("*") && l.contains("--out=DIR"));
    assertThat(out.toString().lines())
        .containsSubsequence("Options:", "Dataset:", "Clips:", "Learning:", "Every command:");
    assertThat(
            out.toString()
                .lines()
                .dropWhile(l -> !l.equals("Learning:"))
                .takeWhile(l -> !l.isEmpty()))
        .anyMatch(l -> l.contains("--learning-rate"));
  }
}
