package io.pairstream.local.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pairstream.config.KafkaOptions;
import io.pairstream.metrics.Metric;
import io.pairstream.metrics.Status;
import io.pairstream.run.Role;
import io.pairstream.testing.Require;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// One small run, undisturbed, and what every other way of running it must come to: the same bytes.
@Execution(ExecutionMode.CONCURRENT)
class PipelineIT {
  private static final int EPOCHS = 6;
  private static final int BATCHES = EPOCHS * 6;

  @TempDir static Path folder;
  private static Path videos = Path.of("");
  private static Path reference = Path.of("");

  @BeforeAll
  static void runOnceUndisturbed() throws Exception {
    videos = SmallVideos.draw(folder.resolve("videos"), 11, 3);
    reference = folder.resolve("reference");
    PairstreamProcess.run(folder.resolve("reference.log"), run(reference));
  }

  /// Options that say what the run's bytes are.
  private static List<String> content() {
    return List.of(
        "--dataset=" + videos,
        "--frames=4",
        "--height=32",
        "--width=32",
        "--flip",
        "--clips-per-batch=4",
        "--partitions=4",
        "--seed=7",
        "--epochs=" + EPOCHS);
  }

  private static List<String> learning() {
    return List.of(
        "--model=tsm-resnet18-narrow",
        "--optimizer=adamw",
        "--learning-rate=0.003",
        "--threads=1",
        "--checkpoint-every=5");
  }

  private static String[] run(Path out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("run"));
    arguments.addAll(content());
    arguments.addAll(learning());
    arguments.add("--out=" + out);
    arguments.add("--report=" + out.resolveSibling(out.getFileName() + ".json"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static Path checkpoints(Path out) {
    return out.resolve("checkpoints").resolve("main");
  }

  @Test
  void everyBatchIsTrainedOnOnceAndTheReportSaysSo() throws Exception {
    JsonNode report = RunFiles.report(folder.resolve("reference.json"));
    assertThat(report.get("batches").asLong()).isEqualTo(BATCHES);
    assertThat(report.get("steps").asLong()).isEqualTo(BATCHES);
    assertThat(report.get("clips").asLong()).isEqualTo(22L * EPOCHS);
    for (String none : new String[] {"missing", "duplicates", "corrupt", "skipped", "rejected"}) {
      assertThat(report.get(none).asLong()).as(none).isZero();
    }
    assertThat(report.at("/services/trainer/dataWaitShare").isNumber()).isTrue();
    assertThat(reference.resolve("pairs.png")).isNotEmptyFile();
    assertThat(reference.resolve("report.txt")).isNotEmptyFile();
  }

  @Test
  void threeAugmenterThreadsAndATrainerThatChecksItselfGiveTheSameBytes() throws Exception {
    Path out = folder.resolve("threads");
    PairstreamProcess.run(
        folder.resolve("threads.log"), run(out, "--augmenter-threads=3", "--self-check=2"));
    JsonNode report = RunFiles.report(folder.resolve("threads.json"));
    assertThat(report.at("/services/trainer/selfChecks").asLong()).isEqualTo(BATCHES / 2);
    RunFiles.requireSameResult(checkpoints(reference), checkpoints(out));
  }

  /// Several instances of a service are told apart in the report and change no byte.
  @Test
  void twoAugmentersAndTwoTrainersOnOneStreamGiveTheSameBytes() throws Exception {
    Path out = folder.resolve("instances");
    String[] instances = {
      "--augmenters=2", "--trainer=main", "--trainer=half:--learning-rate=0.0015"
    };
    PairstreamProcess.run(folder.resolve("instances.log"), run(out, instances));
    RunFiles.requireSameResult(checkpoints(reference), checkpoints(out));
    JsonNode report = RunFiles.report(folder.resolve("instances.json"));
    assertThat(report.get("missing").asLong()).isZero();
    assertThat(report.get("duplicates").asLong()).isZero();
    JsonNode services = report.get("services");
    assertThat(services.properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("producer", "augmenter", "augmenter-1", "trainer", "trainer-half");
    assertThat(services.at("/trainer-half/batches").asLong()).isEqualTo(BATCHES);
    long augmented =
        services.at("/augmenter/batches").asLong() + services.at("/augmenter-1/batches").asLong();
    assertThat(augmented).isEqualTo(BATCHES);
    assertThat(out.resolve("logs/augmenter-1.log")).content().contains(" [augmenter-1 main] ");
    assertThat(out.resolve("logs/trainer-half.log")).content().contains(" [trainer-half main] ");
    assertThat(out.resolve("checkpoints/half/latest/model.safetensors"))
        .as("another learning rate gives other weights")
        .satisfies(other ->
            assertThat(Files.readAllBytes(other))
                .isNotEqualTo(
                    Files.readAllBytes(checkpoints(out).resolve("latest/model.safetensors"))));
  }

  /// Whoever crops draws the same view and has the same arithmetic.
  @Test
  void cropsOfFramesAsDecodedAtTheAugmenterGiveTheSameBytes() throws Exception {
    Path out = folder.resolve("cropped");
    String[] augmenter = {"--crop-at=augmenter", "--sent-short-side=0", "--max-sent-pixels=65536"};
    PairstreamProcess.run(folder.resolve("cropped.log"), run(out, augmenter));
    RunFiles.requireSameResult(checkpoints(reference), checkpoints(out));
  }

  @Test
  void aRunThatWasStoppedAndResumedGivesTheSameBytes() throws Exception {
    Path out = folder.resolve("resumed");
    try (PairstreamProcess first =
        PairstreamProcess.start(folder.resolve("resumed-1.log"), run(out))) {
      awaitCheckpoint(out.resolve("checkpoints").resolve("main"), first);
      first.terminate();
      Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !first.alive());
    }
    PairstreamProcess.run(folder.resolve("resumed-2.log"), run(out, "--resume"));
    RunFiles.requireSameResult(checkpoints(reference), checkpoints(out));
    JsonNode verified = verify(out, 0);
    assertThat(verified.get("missing").asLong()).isZero();
    assertThat(verified.get("duplicates").asLong()).isZero();
    // More epochs make the run longer, also one that was complete.
    PairstreamProcess.run(
        folder.resolve("resumed-3.log"),
        "run",
        "--out=" + out,
        "--resume",
        "--epochs=" + (EPOCHS + 1));
    JsonNode longer = verify(out, 0);
    assertThat(longer.get("batches").asLong()).isEqualTo(6L * (EPOCHS + 1));
    assertThat(longer.get("missing").asLong()).isZero();
  }

  /// The services one by one, each killed without warning in the middle, the broker too.
  @Test
  void killingEachServiceChangesNoByteOfTheResult() throws Exception {
    Path out = folder.resolve("killed");
    Files.createDirectories(out);
    try (Services services = new Services(out)) {
      services.startBroker();
      services.start("produce", services.produce());
      services.start("augment", "augment", "--augmenter-threads=2");
      services.start("train", services.train(false));
      awaitCheckpoint(out.resolve("main"), services.get("train"));
      services.killAlive("produce");
      services.killAlive("augment");
      services.startBrokerAgain();
      assertThat(services.get("train").alive()).as("the trainer waits").isTrue();
      services.killAlive("train");
      services.start("produce", services.produce());
      services.start("augment", "augment");
      services.start("train", services.train(true));
      services.get("train").requireExit(0);
      services.get("produce").requireExit(0);
      services.get("augment").requireExit(0);
      String log = services.verify(0);
      assertThat(log).contains("missing 0, duplicates 0, corrupt 0");
    }
    RunFiles.requireSameResult(checkpoints(reference), out.resolve("main"));
  }

  /// Real services, scraped while they work: the whole catalogue, the Kafka clients' own, and whose
  /// it is.
  @Test
  void eachServiceAnswersAboutItself() throws Exception {
    Path out = folder.resolve("asked");
    Files.createDirectories(out);
    try (Services services = new Services(out);
        HttpClient client = HttpClient.newHttpClient()) {
      services.startBroker();
      services.startAsked("produce", services.produce());
      services.startAsked("augment", "augment", "--augmenter=1");
      services.startAsked("train", services.train(false));
      awaitCheckpoint(out.resolve("main"), services.get("train"));
      requireCatalogue(
          services.ask(client, "produce", "/metrics"),
          Role.PRODUCER,
          "producer",
          "kafka_producer_");
      requireCatalogue(
          services.ask(client, "augment", "/metrics"),
          Role.AUGMENTER,
          "augmenter-1",
          "kafka_stream_");
      requireCatalogue(
          services.ask(client, "train", "/metrics"), Role.TRAINER, "trainer", "kafka_consumer_");
      Status status = Status.fromJson(services.ask(client, "train", "/status"));
      assertThat(status.batches()).isGreaterThanOrEqualTo(5);
      assertThat(status.run()).isEqualTo("default");
      assertThat(status.waitingFor()).isNull();
      assertThat(services.ask(client, "augment", "/ready")).isEqualTo("ready\n");
    }
  }

  private static void requireCatalogue(String scraped, Role role, String instance, String client) {
    for (Metric metric : Metric.values()) {
      boolean there =
          scraped
              .lines()
              .anyMatch(line ->
                  line.startsWith(metric.series() + "{")
                      && line.contains("instance=\"" + instance + "\"")
                      && line.contains("run=\"default\"")
                      && line.contains("service=\"" + role.text() + "\""));
      if (metric.kind() != Metric.Kind.GAUGE_OF_SET) {
        assertThat(there).as(metric + " of " + role).isEqualTo(metric.roles().contains(role));
      }
    }
    assertThat(scraped.lines()).anyMatch(line -> line.startsWith(client));
    assertThat(scraped.lines()).anyMatch(line -> line.startsWith("jvm_gc_"));
  }

  @Test
  void brokenRecordsInTheTopicsEndNoServiceAndVerifyFindsThem() throws Exception {
    Path out = folder.resolve("planted");
    Files.createDirectories(out);
    try (Services services = new Services(out)) {
      services.startBroker();
      services.start("produce", services.produce());
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() -> assertThat(services.records("default.clips")).isNotEmpty());
      services.plant("default.clips", 0, "0/0", new byte[] {1, 2, 3}, List.of());
      services.plant("default.pairs", 1, "5/3", new byte[0], List.of());
      services.start("augment", "augment");
      services.start("train", services.train(false));
      services.get("train").requireExit(0);
      services.get("produce").requireExit(0);
      services.get("augment").requireExit(0);
      RunFiles.requireSameResult(checkpoints(reference), out.resolve("main"));
      List<ConsumerRecord<byte[], byte[]>> pairs = services.records("default.pairs");
      ConsumerRecord<byte[], byte[]> last = pairs.getLast();
      services.plant(
          "default.pairs",
          last.partition(),
          new String(last.key(), StandardCharsets.UTF_8),
          last.value(),
          List.of(last.headers().toArray()));
      services.plant("default.pairs", 1, "nonsense", new byte[0], List.of());
      String log = services.verify(4);
      assertThat(log).contains("is a copy of batch", "corrupt: default.pairs-1");
      assertThat(RunFiles.report(out.resolve("verify.json")).get("duplicates").asLong())
          .isEqualTo(1);
    }
  }

  /// A program in another language makes every pair again from the documented wire format.
  @Test
  void anIndependentConsumerRecomputesEveryPair() throws Exception {
    Path python = Require.python("numpy, confluent_kafka");
    for (String encoding : new String[] {"u8", "f16", "recipe"}) {
      Path out = folder.resolve("python-" + encoding);
      Files.createDirectories(out);
      try (Services services = new Services(out)) {
        services.startBroker();
        List<String> produce = new ArrayList<>(List.of("produce"));
        produce.addAll(content());
        produce.addAll(List.of("--encoding=" + encoding, "--mca-probability=0.8"));
        produce.add("--leave-when-sent");
        services.start("produce", produce.toArray(String[]::new));
        services.start("augment", "augment");
        services.get("produce").requireExit(0);
        services.get("augment").requireExit(0);
        Path script = Require.root().resolve("examples/python/recompute_pairs.py");
        Process process =
            new ProcessBuilder(
                    python.toString(), script.toString(), "--bootstrap", services.bootstrap())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        JsonNode result = new ObjectMapper().readTree(said);
        assertThat(result.get("recomputed").asLong()).as(said).isEqualTo(BATCHES);
        assertThat(result.get("wrong")).as(said).isEmpty();
      }
    }
  }

  private static JsonNode verify(Path out, int exitCode) throws Exception {
    Path report = out.resolveSibling(out.getFileName() + "-verify.json");
    Path log = out.resolveSibling(out.getFileName() + "-verify.log");
    try (PairstreamProcess process =
        PairstreamProcess.start(log, "verify", "--out=" + out, "--report=" + report)) {
      process.requireExit(exitCode);
    }
    return RunFiles.report(report);
  }

  /// Waits until a trainer has saved something beyond its start.
  private static void awaitCheckpoint(Path checkpoints, PairstreamProcess process) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          assertThat(process.alive()).as(process.said()).isTrue();
          return Files.isDirectory(checkpoints) && saved(checkpoints) >= 5;
        });
  }

  private static long saved(Path checkpoints) throws IOException {
    try (var names = Files.list(checkpoints)) {
      return names
          .map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.matches("batch-\\d+"))
          .mapToLong(name -> Long.parseLong(name.substring("batch-".length())))
          .max()
          .orElse(0);
    }
  }

  /// The services of one run, each its own process, with a broker on a port that stays.
  private static final class Services implements AutoCloseable {
    private final Path out;
    private final java.util.Map<String, PairstreamProcess> processes =
        new java.util.LinkedHashMap<>();
    private String bootstrap = "";

    Services(Path out) {
      this.out = out;
    }

    String bootstrap() {
      return bootstrap;
    }

    String[] produce() {
      List<String> arguments = new ArrayList<>(List.of("produce"));
      arguments.addAll(content());
      // Few batches ahead, so that credit, commits and deletion take part.
      arguments.add("--max-buffered-bytes=1200000");
      return arguments.toArray(String[]::new);
    }

    /// Starts a service that answers about itself.
    void startAsked(String name, String... arguments) throws IOException {
      List<String> asked = new ArrayList<>(List.of(arguments));
      asked.add("--management-port=0");
      asked.add("--management-file=" + out.resolve(name + ".port"));
      start(name, asked.toArray(String[]::new));
    }

    String ask(HttpClient client, String name, String path)
        throws IOException, InterruptedException {
      String port = PairstreamProcess.awaitFile(out.resolve(name + ".port"));
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }

    void killAlive(String name) throws InterruptedException {
      PairstreamProcess process = get(name);
      assertThat(process.alive()).as(name + " is alive before it is killed").isTrue();
      process.kill();
    }

    String[] train(boolean resume) {
      List<String> arguments = new ArrayList<>(List.of("train"));
      arguments.addAll(learning());
      arguments.add("--checkpoints=" + out.resolve("main"));
      if (resume) {
        arguments.add("--resume");
      }
      return arguments.toArray(String[]::new);
    }

    void startBroker() throws IOException {
      broker("--port=0");
    }

    void startBrokerAgain() throws IOException, InterruptedException {
      get("broker").kill();
      Files.delete(out.resolve("broker/broker.address"));
      broker("--port=" + bootstrap.substring(bootstrap.indexOf(':') + 1));
    }

    private void broker(String port) throws IOException {
      processes.put(
          "broker",
          PairstreamProcess.start(
              out.resolve("broker.log"), "broker", "--data=" + out.resolve("broker"), port));
      bootstrap = PairstreamProcess.awaitFile(out.resolve("broker/broker.address"));
    }

    void start(String name, String... arguments) throws IOException {
      List<String> all = new ArrayList<>(List.of(arguments));
      all.add("--bootstrap=" + bootstrap);
      PairstreamProcess process =
          PairstreamProcess.start(out.resolve(name + ".log"), all.toArray(String[]::new));
      PairstreamProcess before = processes.put(name, process);
      if (before != null) {
        before.close();
      }
    }

    PairstreamProcess get(String name) {
      return java.util.Objects.requireNonNull(processes.get(name), name);
    }

    String verify(int exitCode) throws IOException, InterruptedException {
      start("verify", "verify", "--report=" + out.resolve("verify.json"));
      return get("verify").requireExit(exitCode);
    }

    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      try (var scan = new io.pairstream.run.TopicScan(new KafkaOptions(bootstrap), 1 << 20)) {
        scan.forEach(topic, 4, records::add);
      }
      return records;
    }

    void plant(
        String topic,
        int partition,
        String key,
        byte[] value,
        List<org.apache.kafka.common.header.Header> headers)
        throws Exception {
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(
              new KafkaOptions(bootstrap).producer(0),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        producer
            .send(
                new ProducerRecord<>(
                    topic, partition, key.getBytes(StandardCharsets.UTF_8), value, headers))
            .get();
      }
    }

    @Override
    public void close() {
      processes.values().forEach(PairstreamProcess::close);
    }
  }
}
