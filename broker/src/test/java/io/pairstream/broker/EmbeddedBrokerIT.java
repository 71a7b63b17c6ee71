package io.pairstream.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pairstream.broker.testing.TestBroker;
import io.pairstream.config.ClientSettings;
import io.pairstream.config.KafkaOptions;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.process.BrokerAddress;
import io.pairstream.process.Child;
import io.pairstream.process.ChildSpec;
import io.pairstream.process.JavaCommand;
import io.pairstream.process.Program;
import io.pairstream.process.Supervisor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final String TOPIC = "kept";

  @TempDir private Path folder = Path.of("");

  @Test
  void dataSurvivesACleanRestart() throws Exception {
    try (EmbeddedBroker broker = TestBroker.start(new BrokerOptions(folder))) {
      createTopic(broker.bootstrap());
      send(broker.bootstrap(), "first");
    }
    try (EmbeddedBroker broker = TestBroker.start(new BrokerOptions(folder))) {
      send(broker.bootstrap(), "second");
      assertThat(read(broker.bootstrap())).containsExactly("first", "second");
    }
  }

  @Test
  void dataSurvivesKillMinus9AndTheBrokerComesBackToItsPort() throws Exception {
    try (Supervisor supervisor =
        new Supervisor(JavaCommand.pairstream(), folder.resolve("logs"), _ -> {})) {
      Path data = folder.resolve("data");
      Child child =
          supervisor.start(
              new ChildSpec(
                  "broker",
                  ChildSpec.Stage.BROKER,
                  Program.BROKER,
                  attempt -> line(data, attempt),
                  1));
      await().atMost(LONG).until(() -> BrokerAddress.runningBroker(data).isPresent());
      String address = BrokerAddress.runningBroker(data).orElseThrow();
      createTopic(address);
      send(address, "first");
      ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly();
      // The client looks for the broker all the time that it is away.
      send(address, "second");
      assertThat(read(address)).containsExactly("first", "second");
      assertThat(child.crashes()).isEqualTo(1);
    }
    assertThat(BrokerAddress.runningBroker(folder.resolve("data"))).isEmpty();
  }

  private static List<String> line(Path data, int attempt) {
    try {
      String port =
          attempt == 0
              ? "0"
              : BrokerAddress.readAddress(data).orElseThrow().replaceFirst(".*:", "");
      return List.of("broker", "--data", data.toString(), "--port", port);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void theLargestRecordPassesAndALargerOneDoesNot() throws Exception {
    int limit = 2 << 20;
    try (EmbeddedBroker broker = TestBroker.start(new BrokerOptions(folder, 0, limit))) {
      KafkaOptions options = new KafkaOptions(broker.bootstrap(), limit, ClientSettings.NONE);
      createTopic(broker.bootstrap(), options.batchTopic());
      Map<String, Object> settings = producerSettings(options);
      settings.put("max.request.size", 10 * limit);
      settings.put("buffer.memory", 20 * limit);
      try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
        producer.send(new ProducerRecord<>(TOPIC, 0, null, new byte[limit])).get();
        assertThatThrownBy(() ->
                producer.send(new ProducerRecord<>(TOPIC, 0, null, new byte[2 * limit])).get())
            .isInstanceOf(ExecutionException.class)
            .hasMessageContaining("larger");
      }
    }
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> TestBroker.start(new BrokerOptions(folder, port, 1 << 20)))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
          .hasMessageContaining("port " + port);
    }
    assertThat(BrokerAddress.runningBroker(folder)).isEmpty();
  }

  @Test
  void aFolderBelongsToOneBroker() {
    try (EmbeddedBroker broker = TestBroker.start(new BrokerOptions(folder))) {
      assertThat(BrokerAddress.runningBroker(folder)).hasValue(broker.bootstrap());
      assertThatThrownBy(() -> TestBroker.start(new BrokerOptions(folder)))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
          .hasMessageContaining("another broker");
    }
    assertThat(BrokerAddress.runningBroker(folder)).isEmpty();
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.createFile(folder.resolve("occupied"));
    for (Path data : List.of(file, file.resolve("below"), Path.of("/proc/pairstream"))) {
      assertThatThrownBy(() -> TestBroker.start(new BrokerOptions(data)))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
          .hasMessageContaining("'" + data + "'");
    }
  }

  private static void createTopic(String bootstrap) throws Exception {
    createTopic(bootstrap, Map.of());
  }

  private static void createTopic(String bootstrap, Map<String, String> settings) throws Exception {
    try (Admin admin = Admin.create(new KafkaOptions(bootstrap).admin())) {
      NewTopic topic = new NewTopic(TOPIC, 1, (short) 1).configs(settings);
      admin.createTopics(List.of(topic)).all().get();
    }
  }

  private static void send(String bootstrap, String text) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(producerSettings(new KafkaOptions(bootstrap)))) {
      producer
          .send(new ProducerRecord<>(TOPIC, 0, null, text.getBytes(StandardCharsets.UTF_8)))
          .get();
    }
  }

  private static Map<String, Object> producerSettings(KafkaOptions options) {
    Map<String, Object> settings = new HashMap<>(options.producer(1 << 20));
    settings.put("key.serializer", ByteArraySerializer.class.getName());
    settings.put("value.serializer", ByteArraySerializer.class.getName());
    return settings;
  }

  private static List<String> read(String bootstrap) {
    Map<String, Object> settings = new HashMap<>(new KafkaOptions(bootstrap).consumer(1 << 20));
    settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
    settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    List<String> texts = new java.util.ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          texts.add(new String(record.value(), StandardCharsets.UTF_8));
        }
      }
    }
    return texts;
  }
}
