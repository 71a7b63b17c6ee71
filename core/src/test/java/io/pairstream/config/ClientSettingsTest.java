package io.pairstream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientSettingsTest {
  private static final String SECRET = "org.example.Login required password=\"pw7\";";

  @TempDir private Path folder = Path.of("");

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("client.properties"), text);
  }

  private static KafkaOptions kafka(Path file) {
    return new KafkaOptions("b:1", 1 << 20, ClientSettings.of(file));
  }

  @Test
  void everyClientGetsThemAndTheyComeBeforeOurOwn() throws IOException {
    KafkaOptions kafka =
        kafka(
            file(
                "security.protocol=SASL_SSL\nsasl.jaas.config="
                    + SECRET
                    + "\nreconnect.backoff.max.ms=7\ndefault.api.timeout.ms=9\n"));
    for (Map<String, Object> settings :
        List.of(kafka.admin(), kafka.producer(1), kafka.consumer(1), kafka.streams("a", 1, 1))) {
      assertThat(settings)
          .containsEntry("security.protocol", "SASL_SSL")
          .containsEntry("sasl.jaas.config", SECRET)
          .containsEntry("reconnect.backoff.max.ms", "7")
          .containsEntry("default.api.timeout.ms", "9")
          .containsEntry("bootstrap.servers", "b:1");
    }
  }

  @Test
  void theirValuesAreNotInTheOptionsText() throws IOException {
    assertThat(kafka(file("ssl.key.password=pw7\n")).toString()).doesNotContain("pw7");
  }

  @Test
  void aClientThatIsMadeLaterReadsThemAnew() throws IOException {
    KafkaOptions kafka = kafka(file("ssl.key.password=old\n"));
    file("ssl.key.password=new\n");
    assertThat(kafka.consumer(1)).containsEntry("ssl.key.password", "new");
    Files.delete(folder.resolve("client.properties"));
    assertThatThrownBy(kafka::admin)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
        .hasMessageContaining("is not there");
  }

  @Test
  void whatTheGuaranteesRestOnIsRefused() throws IOException {
    for (String name : List.of("acks", "producer.acks", "consumer.auto.offset.reset", "group.id")) {
      Path file = file(name + "=pw7\n");
      assertThatThrownBy(() -> kafka(file))
          .isInstanceOf(OptionException.class)
          .hasMessageContaining("sets " + name)
          .hasMessageNotContaining("pw7");
    }
  }

  @Test
  void aFileThatCannotBeReadIsNamed() throws IOException {
    assertThatThrownBy(() -> kafka(Path.of("no/where")))
        .hasMessage("--kafka-config 'no/where' is not there");
    Path broken = file("sasl.password=pw7\\u00zz\n");
    assertThatThrownBy(() -> kafka(broken))
        .hasMessageContaining("cannot be read as properties")
        .hasMessageNotContaining("pw7");
  }
}
