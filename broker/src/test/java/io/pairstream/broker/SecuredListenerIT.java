package io.pairstream.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.broker.testing.SecuredBroker;
import io.pairstream.config.KafkaOptions;
import io.pairstream.run.TopicScan;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecuredListenerIT {
  @TempDir private static Path folder = Path.of("");
  private static SecuredBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = SecuredBroker.start(folder);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void whoIsKnownSendsAndReads() throws Exception {
    KafkaOptions kafka = broker.kafka();
    try (Admin admin = Admin.create(kafka.admin())) {
      admin.createTopics(List.of(new NewTopic("letters", 1, (short) 1))).all().get();
    }
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            kafka.producer(1 << 10), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("letters", "for one's eyes only")).get();
    }
    List<String> read = new ArrayList<>();
    try (TopicScan scan = new TopicScan(kafka, 1 << 10)) {
      scan.forEach(
          "letters", 1, record -> read.add(new String(record.value(), StandardCharsets.UTF_8)));
    }
    assertThat(read).containsExactly("for one's eyes only");
  }

  @Test
  void aWrongPasswordIsRefused() {
    assertThatThrownBy(() -> nodes(broker.client(SecuredBroker.USER, "guessed")))
        .hasCauseInstanceOf(SaslAuthenticationException.class);
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() {
    Map<String, String> settings = new HashMap<>(broker.client());
    settings.keySet().removeIf(name -> name.startsWith("ssl.truststore"));
    assertThatThrownBy(() -> nodes(settings)).hasCauseInstanceOf(SslAuthenticationException.class);
  }

  @Test
  void whoSpeaksWithoutTlsIsNotUnderstood() {
    assertThatThrownBy(() -> nodes(Map.of())).hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void theClientsSettingsFitIntoAFile() throws Exception {
    Path file = SecuredBroker.write(folder.resolve("client.properties"), broker.client());
    Properties read = new Properties();
    try (Reader text = Files.newBufferedReader(file)) {
      read.load(text);
    }
    assertThat(read).isEqualTo(broker.client());
  }

  private static int nodes(Map<String, String> settings) throws Exception {
    Map<String, String> impatient = new HashMap<>(settings);
    impatient.put("request.timeout.ms", "1000");
    impatient.put("default.api.timeout.ms", "3000");
    try (Admin admin = Admin.create(broker.kafka(impatient).admin())) {
      return admin.describeCluster().nodes().get().size();
    }
  }
}
