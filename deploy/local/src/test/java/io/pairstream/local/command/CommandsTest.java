package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.cli.Commands;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandsTest {
  @TempDir private Path folder = Path.of("");
  private final StringWriter err = new StringWriter();

  private int execute(Map<String, String> environment, String... arguments) {
    CommandLine line = Commands.line(environment);
    line.setErr(new PrintWriter(err, true));
    line.setOut(new PrintWriter(new StringWriter()));
    return line.execute(arguments);
  }

  private String lastLine() {
    return err.toString().lines().reduce("", (_, last) -> last);
  }

  @Test
  void anUnknownOptionIsNamedWithTheOneThatWasMeant() {
    assertThat(execute(Map.of(), "broker", "--data", "d", "--max-record-byte", "1")).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(lastLine())
        .startsWith("pairstream: unknown option '--max-record-byte'")
        .contains("did you mean --max-record-bytes?")
        .contains("pairstream broker --help");
  }

  @Test
  void anUnknownOptionIsNamedBeforeAMissingOne() {
    assertThat(execute(Map.of(), "broker", "--dta", "x")).isEqualTo(2);
    assertThat(lastLine()).contains("unknown option '--dta'");
  }

  @Test
  void anUnknownCommandIsNamed() {
    assertThat(execute(Map.of(), "brokr")).isEqualTo(2);
    assertThat(lastLine()).contains("unknown command 'brokr' (did you mean broker?)");
  }

  @Test
  void anOptionComesFromTheEnvironment() {
    assertThat(execute(Map.of("PAIRSTREAM_PORT", "77777"), "broker", "--data", "d")).isEqualTo(2);
    assertThat(lastLine()).contains("--port 77777");
  }

  @Test
  void theCommandLineWinsOverTheEnvironment() {
    Map<String, String> environment = Map.of("PAIRSTREAM_PORT", "77777");
    assertThat(execute(environment, "broker", "--data", "d", "--port", "88888")).isEqualTo(2);
    assertThat(lastLine()).contains("--port 88888");
  }

  @Test
  void aFileBehindAnAtSignIsNoLongerRead() {
    assertThat(execute(Map.of(), "broker", "@nowhere")).isEqualTo(2);
    assertThat(lastLine()).contains("unknown argument '@nowhere'").contains("--config FILE");
  }

  @Test
  void whoGivesKafkasSettingsOnTheCommandLineIsShownTheFile() {
    assertThat(execute(Map.of(), "augment", "--kafka-property=sasl.password=pw7")).isEqualTo(2);
    assertThat(lastLine()).contains("--kafka-config FILE").doesNotContain("pw7");
  }

  @Test
  void aRunThatIsNotThereIsNamed() {
    assertThat(execute(Map.of(), "verify", "--out", folder.toString())).isEqualTo(2);
    assertThat(lastLine()).isEqualTo("pairstream: there is no run in '" + folder + "'");
  }
}
