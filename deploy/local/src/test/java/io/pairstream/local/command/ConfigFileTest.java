package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.cli.Commands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Options from `--config FILE`, and what is said of variables that are no options.
class ConfigFileTest {
  @TempDir private Path folder = Path.of("");
  private final StringWriter err = new StringWriter();
  private final StringWriter out = new StringWriter();

  private int execute(Map<String, String> environment, String... arguments) {
    err.getBuffer().setLength(0);
    CommandLine line = Commands.line(environment);
    line.setErr(new PrintWriter(err, true));
    line.setOut(new PrintWriter(out, true));
    return line.execute(arguments);
  }

  private String refused(Map<String, String> environment, String... arguments) {
    assertThat(execute(environment, arguments)).as(err.toString()).isEqualTo(2);
    return err.toString().strip();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("config.yaml"), text);
  }

  @Test
  void aRequiredOptionMayStandInTheFile() throws IOException {
    Path config = file("data: d\nport: 77777\n");
    String place = "file '" + config + "', line 2: --port 77777";
    assertThat(refused(Map.of(), "broker", "--config=" + config)).contains(place);
    assertThat(refused(Map.of("PAIRSTREAM_CONFIG", config.toString()), "broker")).contains(place);
    assertThat(refused(Map.of(), "--config", config.toString(), "broker")).contains(place);
  }

  @Test
  void theCommandLineAndTheEnvironmentComeBeforeIt() throws IOException {
    Path config = file("data: d\nport: 77777\n");
    assertThat(refused(Map.of(), "broker", "--config=" + config, "--port=88888"))
        .startsWith("pairstream: --port 88888");
    assertThat(refused(Map.of("PAIRSTREAM_PORT", "99999"), "broker", "--config=" + config))
        .startsWith("pairstream: PAIRSTREAM_PORT in the environment: --port 99999");
  }

  @Test
  void anOptionThatTheCommandDoesNotHaveIsRefusedWithTheNearest() throws IOException {
    Path config = file("data: d\nprot: 9092\n");
    assertThat(refused(Map.of(), "broker", "--config=" + config))
        .startsWith(
            "pairstream: file '"
                + config
                + "', line 2: 'broker' does not have an option 'prot' (did you mean 'port'?)");
  }

  @Test
  void aValueOfTheWrongKindIsRefusedWithItsLine() throws IOException {
    Path config = file("# of the broker\ndata: d\nport: many\n");
    assertThat(refused(Map.of(), "broker", "--config=" + config))
        .contains("file '" + config + "', line 3: ")
        .contains("'many' is not a whole number");
    assertThat(refused(Map.of(), "broker", "--config=" + file("data: d\nport: [1, 2]\n")))
        .contains("line 2: --port has one value");
  }

  @Test
  void aSectionIsForAllCommandsThatShareIt() throws IOException {
    Path config = file("train:\n  prefetch: 0\n  port: 1\n");
    assertThat(
            refused(Map.of(), "train", "--bootstrap=b:1", "--checkpoints=c", "--config=" + config))
        .contains("line 3: no command of 'train' has an option 'port'");
    config = file("train:\n  partitions: 3\n  prefetch: 0\n");
    assertThat(
            refused(Map.of(), "train", "--bootstrap=b:1", "--checkpoints=c", "--config=" + config))
        .contains("line 3: --prefetch 0 is not at least 1");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThat(refused(Map.of(), "broker", "--data=d", "--config=no/where"))
        .contains("there is no file 'no/where'");
    assertThat(refused(Map.of(), "broker", "--data=d", "--config=" + folder))
        .contains("file '" + folder + "' cannot be read: it is a folder");
  }

  @Test
  void helpNeedsNoFile() {
    assertThat(execute(Map.of("PAIRSTREAM_CONFIG", "no/where"), "broker", "--help")).isZero();
  }

  @Test
  void aVariableThatIsNoOptionIsNamedWithTheNearest() {
    assertThat(refused(Map.of("PAIRSTREAM_EPOCH", "3"), "broker", "--data=d", "--port=77777"))
        .startsWith(
            "pairstream: PAIRSTREAM_EPOCH in the environment: no option has this name (did you mean"
                + " PAIRSTREAM_EPOCHS?)");
    assertThat(refused(Map.of("PAIRSTREAM_JAVA_OPTS", "-Xmx1g"), "broker", "--data=d", "--port=-7"))
        .doesNotContain("environment");
  }

  /// A Service named pairstream-broker puts its addresses into the environment of every pod.
  @Test
  void theAddressesOfKubernetesAreNoOptions() {
    Map<String, String> environment =
        Map.of(
            "PAIRSTREAM_PORT", "tcp://10.0.0.1:9092",
            "PAIRSTREAM_SERVICE_HOST", "10.0.0.1",
            "PAIRSTREAM_SERVICE_PORT", "9092",
            "PAIRSTREAM_PORT_9092_TCP", "tcp://10.0.0.1:9092",
            "PAIRSTREAM_PORT_9092_TCP_ADDR", "10.0.0.1",
            "PAIRSTREAM_BROKER_SERVICE_PORT_KAFKA", "9092",
            "PAIRSTREAM_BROKER_PORT", "tcp://10.0.0.1:9092");
    assertThat(refused(environment, "broker", "--data=d", "--max-record-bytes=1"))
        .startsWith("pairstream: --max-record-bytes 1 is outside")
        .doesNotContain("environment");
  }

  @Test
  void whoOnlyNamesTheProgramIsToldWhatToDoFirst() {
    assertThat(refused(Map.of()))
        .contains("a command is missing")
        .contains("pairstream doctor")
        .contains("pairstream demo --out")
        .contains("pairstream run --dataset");
  }
}
