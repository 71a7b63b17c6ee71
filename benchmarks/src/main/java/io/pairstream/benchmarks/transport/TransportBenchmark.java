package io.pairstream.benchmarks.transport;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augmenter.AugmenterOptions;
import io.pairstream.augmenter.AugmenterService;
import io.pairstream.augmenter.PairMaker;
import io.pairstream.augmenter.RefusedBatchException;
import io.pairstream.benchmarks.Benchmark;
import io.pairstream.benchmarks.Row;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.PairEncoding;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.kernel.PlainSwapMix;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.Version;
import io.pairstream.run.RunRegistry;
import io.pairstream.run.RunSpec;
import io.pairstream.run.TopicScan;
import io.pairstream.wire.PairBatchSerde;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// `transport`: clips through the augmenter, Kafka in and Kafka out, beside a plain consume-produce
/// loop with records of the same sizes, and that loop beside what Kafka's own perf tools carry.
///
/// A round measures the loop, the augmenter, the augmenter, the loop: whoever comes second may find
/// another machine, with less memory at hand and more to write to the disk. The first round warms
/// up and proves that the pairs are those of the plain kernel; a row is the median of the others.
/// The first batches are not timed: clients that have just started compile. Figures are MB/s of
/// clips taken in.
public final class TransportBenchmark implements Benchmark {
  private static final int ROUNDS = 5;

  private static final int BATCHES = 96;
  private static final int UNTIMED = 24;

  /// How long the broker takes to delete files.
  private static final Duration DELETION = Duration.ofSeconds(2);

  private static final String LOOP_VS_PERF = "loop-vs-perf";
  private static final Setting SMALL = new Setting(PairEncoding.RECIPE, 1);
  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(PairEncoding.U8, 1),
          SMALL,
          new Setting(PairEncoding.U8, 2),
          new Setting(PairEncoding.RECIPE, 2));

  /// Where `benchmarks/run` builds.
  private static final Path TARGET =
      Path.of(System.getProperty("pairstream.benchmarks.target", "target"));

  private final Benchmark.Settings settings;
  private final Workload workload = new Workload(BATCHES);

  public TransportBenchmark(Benchmark.Settings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "transport";
  }

  /// What is measured: the augmenter and the loop with the same number of threads.
  private record Setting(PairEncoding encoding, int threads) {
    String row() {
      return "augmenter-" + encoding.text() + (threads == 1 ? "" : "-" + threads + "-threads");
    }
  }

  @Override
  public List<String> promised() {
    return Stream.concat(SETTINGS.stream().map(Setting::row), Stream.of(LOOP_VS_PERF))
        .filter(settings::wants)
        .toList();
  }

  /// What is to be measured; of `loop-vs-perf`, the loop of `recipe`.
  private List<Setting> wanted() {
    return SETTINGS.stream()
        .filter(setting ->
            settings.wants(setting.row())
                || (setting.equals(SMALL) && settings.wants(LOOP_VS_PERF)))
        .toList();
  }

  @Override
  public List<Row> run() throws Exception {
    Path folder = TARGET.resolve("transport");
    Files.createDirectories(folder);
    List<Measured> rounds = new ArrayList<>();
    double perf;
    try (BenchmarkBroker broker = BenchmarkBroker.start(folder.resolve("broker"));
        Admin admin = Admin.create(new KafkaOptions(broker.bootstrap()).admin())) {
      KafkaOptions kafka = new KafkaOptions(broker.bootstrap());
      perf = perfTools(kafka, admin, folder);
      for (int number = 0; number <= settings.rounds().orElse(ROUNDS); number++) {
        for (Setting setting : wanted()) {
          Measured measured = new Round(kafka, admin, setting, number).measure();
          System.out.println(measured);
          if (number > 0) {
            rounds.add(measured);
          }
        }
      }
    }
    return wanted().stream()
        .flatMap(setting -> rows(setting, rounds, perf))
        .filter(row -> settings.wants(row.name()))
        .toList();
  }

  private static Stream<Row> rows(Setting setting, List<Measured> rounds, double perf) {
    Measured typical = median(rounds, setting, Measured::ratio);
    Row augmenter =
        new Row(
            setting.row(),
            typical.augmenter(),
            "MB/s",
            "a consume-produce loop with records of the same sizes",
            typical.loop());
    if (!setting.equals(SMALL)) {
      return Stream.of(augmenter);
    }
    double loop = median(rounds, setting, Measured::loop).loop();
    return Stream.of(
        augmenter,
        new Row(LOOP_VS_PERF, loop, "MB/s", "Kafka's perf tools, writing and then reading", perf));
  }

  /// One round's figures, in MB/s of clips taken in.
  private record Measured(Setting setting, double loop, double augmenter) {
    double ratio() {
      return augmenter / loop;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "  %-26s loop %.0f MB/s, augmenter %.0f MB/s (%.2f)",
          setting.row(),
          loop,
          augmenter,
          ratio());
    }
  }

  /// The round in the middle, so that value and ceiling come from the same minute: on a machine
  /// that others use, rounds differ more than what is compared.
  private static Measured median(
      List<Measured> rounds, Setting setting, ToDoubleFunction<Measured> by) {
    List<Measured> sorted =
        rounds.stream()
            .filter(round -> round.setting().equals(setting))
            .sorted(Comparator.comparingDouble(by))
            .toList();
    return sorted.get(sorted.size() / 2);
  }

  /// MB/s of the two tools one after the other: 1 / (1/written + 1/read).
  private double perfTools(KafkaOptions kafka, Admin admin, Path folder) throws Exception {
    RunSpec spec = workload.spec(PairEncoding.RECIPE);
    int bytes = (int) spec.clipRecordBytes();
    String topic = "perf";
    create(admin, kafka, topic);
    Path payload = folder.resolve("payload");
    PerfTools.writePayload(payload, bytes, 3);
    PerfTools tools =
        new PerfTools(TARGET.resolve("perf-tools"), kafka.bootstrapServers(), topic, BATCHES);
    double produced = tools.produce(payload, without(kafka.producer(bytes)));
    double consumed = tools.consume(without(kafka.consumer(bytes)));
    Files.delete(payload);
    admin.deleteTopics(List.of(topic)).all().get();
    System.out.printf("perf tools: write %.0f MB/s, read %.0f MB/s%n", produced, consumed);
    return 1 / (1 / produced + 1 / consumed);
  }

  /// Settings that the tools take from their own options.
  private static Map<String, Object> without(Map<String, Object> settings) {
    Map<String, Object> rest = new HashMap<>(settings);
    List.of("bootstrap.servers", "metric.reporters", "auto.offset.reset").forEach(rest::remove);
    return rest;
  }

  private void create(Admin admin, KafkaOptions kafka, String topic) throws Exception {
    NewTopic wanted = new NewTopic(topic, Optional.of(workload.partitions()), Optional.empty());
    admin.createTopics(List.of(wanted.configs(kafka.batchTopic()))).all().get();
    new OutputWatch(admin, topic, workload.partitions()).awaitServed();
  }

  /// One run, once through the loop and once through the augmenter.
  private final class Round {
    private final KafkaOptions kafka;
    private final Admin admin;
    private final RunSpec spec;
    private final Topics topics;
    private final Setting setting;
    private final int number;

    /// Topics that the loop wrote and that are still there.
    private final List<String> written = new ArrayList<>();

    Round(KafkaOptions kafka, Admin admin, Setting setting, int number) {
      this.kafka = kafka;
      this.admin = admin;
      this.spec = workload.spec(setting.encoding());
      this.topics = new Topics("bench-" + setting.row() + "-" + number);
      this.setting = setting;
      this.number = number;
    }

    /// The loop, the augmenter, and then the other way around.
    Measured measure() throws Exception {
      try (RunRegistry registry = new RunRegistry(kafka, topics)) {
        fill(registry);
        double loop = loop();
        double augmenter = augmenter();
        if (number == 0) {
          requireEqualToPlain();
        }
        empty(registry);
        fill(registry);
        double augmenterAgain = augmenter();
        double loopAgain = loop();
        empty(registry);
        return new Measured(
            setting, together(loop, loopAgain), together(augmenter, augmenterAgain));
      }
    }

    /// The rate of both, which carried as much: the harmonic mean.
    private static double together(double one, double other) {
      return 2 / (1 / one + 1 / other);
    }

    private void fill(RunRegistry registry) throws Exception {
      registry.publish(spec);
      workload.fill(kafka, topics, spec);
    }

    private void empty(RunRegistry registry) throws Exception {
      registry.delete();
      admin.deleteTopics(written).all().get();
      written.clear();
      // The broker deletes files later, which would slow down what is measured next.
      Thread.sleep(DELETION);
    }

    private double loop() throws Exception {
      String out = topics.name() + ".loop";
      written.add(out);
      create(admin, kafka, out);
      ConsumeProduceLoop plain =
          new ConsumeProduceLoop(kafka, workload.partitions(), setting.threads());
      int bytes = (int) spec.pairRecordBytes();
      return timed(out, () -> plain.run(topics.clips(), out, BATCHES, bytes));
    }

    private double augmenter() throws Exception {
      AugmenterService service =
          new AugmenterService(new AugmenterOptions(kafka, topics, setting.threads()), new Tally());
      return timed(topics.pairs(), service::run);
    }

    /// MB/s of clips while `work` writes one record for each of them to a topic.
    private double timed(String topic, Callable<?> work) throws Exception {
      OutputWatch watch = new OutputWatch(admin, topic, workload.partitions());
      try (ExecutorService thread =
          Executors.newSingleThreadExecutor(Thread.ofPlatform().name("measured").factory())) {
        Future<?> done = thread.submit(work);
        double rate = watch.recordsPerSecond(UNTIMED, BATCHES);
        done.get();
        return rate * spec.clipRecordBytes() / 1e6;
      }
    }

    private void requireEqualToPlain() throws AgreementException {
      RunSpec.Content content = spec.content();
      PairMaker plain =
          new PairMaker(
              new PairMaker.Settings(
                  content.seed(),
                  AugmentationCatalog.load().parse(content.augmentation()),
                  content.augmentProbability(),
                  content.encoding(),
                  content.normalization(),
                  Version.current()),
              new PlainSwapMix());
      Set<Long> equal = new HashSet<>();
      try (TopicScan scan = new TopicScan(kafka, spec.pairRecordBytes())) {
        scan.forEach(
            topics.pairs(),
            workload.partitions(),
            record -> {
              long batch = record.partition() + record.offset() * workload.partitions();
              if (Arrays.equals(record.value(), encoded(plain, workload.clips(batch)))) {
                equal.add(batch);
              }
            });
      }
      if (equal.size() != BATCHES) {
        throw new AgreementException(
            equal.size() + " of " + BATCHES + " pairs are those of the plain kernel");
      }
      System.out.println("all pairs are those of the plain kernel: " + topics.name());
    }

    private static byte[] encoded(PairMaker maker, ClipBatch clips) {
      try {
        return PairBatchSerde.encode(maker.make(clips));
      } catch (RefusedBatchException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
