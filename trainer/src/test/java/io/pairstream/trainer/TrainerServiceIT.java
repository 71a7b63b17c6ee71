package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.broker.BrokerOptions;
import io.pairstream.broker.EmbeddedBroker;
import io.pairstream.broker.testing.TestBroker;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.journal.JournalLine;
import io.pairstream.journal.JournalReader;
import io.pairstream.journal.Message;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.ops.TrainerReport;
import io.pairstream.run.TrainerCommits;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.optim.OptimizerSpec;
import io.pairstream.trainer.optim.Schedule;
import io.pairstream.wire.Checksum;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The trainer against a real broker.
class TrainerServiceIT {
  private static final Duration LONG = Duration.ofSeconds(120);

  @TempDir static Path data;
  private static EmbeddedBroker broker;
  private static KafkaOptions kafka = new KafkaOptions("unset:1");

  @TempDir private Path folder = Path.of("");

  private Topics topics = new Topics("unset");
  private WrittenRun run = new WrittenRun(kafka, topics, List.of("a", "b"));

  @BeforeAll
  static void startBroker() {
    broker = start(0);
    kafka = new KafkaOptions(broker.bootstrap());
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private static EmbeddedBroker start(int port) {
    return TestBroker.start(new BrokerOptions(data, port, KafkaOptions.DEFAULT_MAX_RECORD_BYTES));
  }

  /// Each test has a run of its own on the one broker.
  @BeforeEach
  void nameTheRun() {
    topics = new Topics("it-" + UUID.randomUUID());
    run = new WrittenRun(kafka, topics, List.of("a", "b"));
  }

  @Test
  void aRunIsTrainedOnFromItsFirstBatchToItsLast() throws Exception {
    run.declare();
    run.write(0, 20);
    TrainerReport report = service("a", false).run();
    assertThat(report.steps()).isEqualTo(20);
    assertThat(report.batches()).isEqualTo(20);
    assertThat(report.clips()).isEqualTo(40);
    assertThat(report.skipped()).isZero();
    assertThat(report.loss()).isNotNull();
    assertThat(report.dataWaitShare()).isBetween(0.0, 1.0);
    // Copies in RUN.validation are tested once.
    assertThat(report.validation()).containsOnlyKeys("val", "hue");
    assertThat(report.validation())
        .allSatisfy(
            (set, tested) -> assertThat(tested.clips()).isEqualTo(set.equals("val") ? 6 : 2))
        .hasEntrySatisfying("val", tested -> assertThat(tested.top1()).isEqualTo(report.top1()));
    assertThat(told("a")).containsExactlyElementsOf(LongStream.range(0, 20).boxed().toList());
    // b has not registered, so that nothing may be deleted.
    assertThat(commits().lowest()).isEmpty();
  }

  @Test
  void stoppedAnywhereAndResumedItEndsWithTheSameBits() throws Exception {
    run.declare();
    run.write(0, 20);
    service("a", false).run();
    run.write(0, 20);
    for (int batches : new int[] {4, 12}) {
      TrainerService service = service("b", batches != 4);
      CompletableFuture<TrainerReport> ended = begin(service);
      Awaitility.await().atMost(LONG).until(() -> told("b").size() >= batches);
      service.stop();
      ended.get(60, TimeUnit.SECONDS);
    }
    service("b", true).run();
    assertThat(told("b")).containsExactlyElementsOf(LongStream.range(0, 20).boxed().toList());
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertThat(checkpoints("b").resolve("latest").resolve(file))
          .hasSameBinaryContentAs(checkpoints("a").resolve("latest").resolve(file));
    }
    // Both have committed the end: every partition's next number is past the last batch.
    assertThat(commits().lowest().orElseThrow()).allMatch(commit -> commit.next() >= 20);
  }

  @Test
  void aBrokerThatGoesAwayIsWaitedFor() throws Exception {
    run.declare();
    run.write(0, 7);
    CompletableFuture<TrainerReport> ended = begin(service("a", false));
    Awaitility.await().atMost(LONG).until(() -> told("a").size() >= 5);
    int port = Integer.parseInt(kafka.bootstrapServers().replaceAll(".*:", ""));
    broker.close();
    TimeUnit.SECONDS.sleep(2);
    assertThat(ended).isNotDone();
    broker = start(port);
    run.write(7, 20);
    assertThat(ended.get(120, TimeUnit.SECONDS).batches()).isEqualTo(20);
    assertThat(told("a")).containsExactlyElementsOf(LongStream.range(0, 20).boxed().toList());
  }

  @Test
  void aStarvedTrainerCommitsSoThatProducersGoOn() throws Exception {
    run.declare();
    run.write(0, 3);
    TrainerService service = service("a", false);
    CompletableFuture<TrainerReport> ended = begin(service);
    Awaitility.await().atMost(LONG).until(() -> told("a").equals(List.of(0L, 1L, 2L)));
    service.stop();
    assertThat(ended.get(60, TimeUnit.SECONDS).steps()).isEqualTo(3);
  }

  @Test
  void theNewerTrainerOfANameFencesTheOlder() throws Exception {
    run.declare();
    run.write(0, 2);
    CompletableFuture<TrainerReport> older = begin(service("a", false));
    Awaitility.await().atMost(LONG).until(() -> told("a").size() == 2);
    TrainerService newer = service("a", true);
    CompletableFuture<TrainerReport> second = begin(newer);
    assertThatThrownBy(() -> older.get(120, TimeUnit.SECONDS))
        .cause()
        .hasMessage("another trainer 'a' of run '" + topics.name() + "' has taken over")
        .extracting(e -> ((ServiceException) e).exitCode())
        .isEqualTo(ExitCode.ENVIRONMENT);
    newer.stop();
    second.get(60, TimeUnit.SECONDS);
  }

  @Test
  void whatDoesNotFitIsRefusedInOneSentence() throws Exception {
    run.declare();
    run.write(0, 20);
    assertThatThrownBy(() -> service("stranger", false).run())
        .hasMessage("run '" + topics.name() + "' declares the trainers [a, b], not 'stranger'");
    service("a", false).run();
    assertThatThrownBy(() -> service("a", false).run())
        .hasMessageEndingWith(
            "holds checkpoints of trainer 'a', up to batch 2/0: --resume goes on with them");
    assertThatThrownBy(() ->
            new TrainerService(options("a", true, folder.resolve("elsewhere"), 1e-3), new Tally())
                .run())
        .hasMessageContaining("trainer 'a' has committed up to batch 2/0, but ")
        .hasMessageContaining("has no checkpoint of it");
    assertThatThrownBy(
            () -> new TrainerService(options("a", true, checkpoints("a"), 1e-4), new Tally()).run())
        .hasMessageEndingWith("are of learning-rate 0.001, not 1.0E-4")
        .extracting(e -> ((ServiceException) e).exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  private TrainerService service(String name, boolean resume) {
    return new TrainerService(options(name, resume, checkpoints(name), 1e-3), new Tally());
  }

  private Path checkpoints(String name) {
    return folder.resolve("checkpoints-" + name);
  }

  private TrainerOptions options(String name, boolean resume, Path checkpoints, double rate) {
    return new TrainerOptions(
        new TrainerOptions.Input(kafka, topics, name),
        new TrainerOptions.Model(
            "tsm-resnet18-narrow", OptionalDouble.of(0.2), BatchNormScope.JOINT, Optional.empty()),
        new TrainerOptions.Learning(
            true,
            1,
            new OptimizerSpec.Adaptive(0.9),
            new TrainerOptions.Rate(rate, new Schedule.OneCycle(), Double.POSITIVE_INFINITY),
            0.01,
            1),
        new TrainerOptions.Storage(checkpoints, resume, OptionalLong.of(4)),
        new TrainerOptions.Evaluation(Optional.empty(), List.of("hue"), 1 << 20),
        new TrainerOptions.Compute(1));
  }

  /// Runs a service on a thread of its own.
  private static CompletableFuture<TrainerReport> begin(TrainerService service) {
    CompletableFuture<TrainerReport> ended = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("trainer")
        .start(() -> {
          try {
            ended.complete(service.run());
          } catch (Throwable e) {
            ended.completeExceptionally(e);
          }
        });
    return ended;
  }

  /// The numbers of the batches that a trainer tells of, in their order, those told again left out.
  private List<Long> told(String trainer) {
    List<Long> numbers = new ArrayList<>();
    try (JournalReader reader = new JournalReader(kafka, topics)) {
      reader.toEnd(line -> {
        if (line instanceof JournalLine.Told told
            && told.entry().instance().name().equals(trainer)
            && told.entry().message() instanceof Message.Batch batch
            && !batch.again()) {
          long number = run.spec().order().number(batch.id());
          assertThat(batch.crc32c()).isEqualTo(Checksum.crc32c(run.value(number)));
          numbers.add(number);
        }
      });
    }
    return numbers;
  }

  private TrainerCommits commits() throws Exception {
    try (Admin admin = Admin.create(kafka.admin())) {
      return TrainerCommits.read(admin, topics, run.spec());
    }
  }
}
