package io.pairstream.augmenter;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augment.AugmentationPlan;
import io.pairstream.config.DeviceChoice;
import io.pairstream.config.KafkaOptions;
import io.pairstream.journal.Attendance;
import io.pairstream.journal.JournalWriter;
import io.pairstream.journal.Message.Started;
import io.pairstream.kernel.MixWeights;
import io.pairstream.metrics.Metric;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.AugmenterReport;
import io.pairstream.ops.Service;
import io.pairstream.ops.ServiceException;
import io.pairstream.ops.Version;
import io.pairstream.ops.Versions;
import io.pairstream.run.RunRegistry;
import io.pairstream.run.RunSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.utils.internals.AppInfoParser;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the augmenter of a run: waits until the run is declared, augments every batch, ends when
/// the run is complete.
///
/// Any number of processes may do so for the same run: they share its partitions.
public final class AugmenterService implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(AugmenterService.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
  private static final long GLANCE_MILLIS = 300;
  private static final double BATCHES_BEFORE_JUDGEMENT = 100;

  private final AugmenterOptions options;
  private final DeviceChoice choice;
  private final Tally tally;

  /// Opened by [#stop] and by a stream thread that fails.
  private final CountDownLatch ended = new CountDownLatch(1);

  /// Written once, by the stream thread that fails first.
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /// Written by the thread of [#run], read by whoever asks [#ready].
  private volatile Optional<KafkaStreams> running = Optional.empty();

  /// On the processor.
  public AugmenterService(AugmenterOptions options, Tally tally) {
    this(options, new DeviceChoice.Cpu(), tally);
  }

  /// @param choice on what to compute
  public AugmenterService(AugmenterOptions options, DeviceChoice choice, Tally tally) {
    this.options = options;
    this.choice = choice;
    this.tally = tally;
  }

  /// Augments until the run is complete or [#stop] is called.
  ///
  /// @return what was done
  /// @throws ServiceException (2) if the run is not what the options expect or its augmentation is
  ///   unknown, (3) if the environment or the device fails, (4) if too many batches are bad
  @Override
  public AugmenterReport run() throws InterruptedException {
    long start = System.nanoTime();
    KafkaOptions kafka = options.kafka();
    Optional<AugmentationPlan> wanted = wanted();
    try (AugmenterDevice device = AugmenterDevice.open(choice);
        RunRegistry registry = new RunRegistry(kafka, options.topics())) {
      RunSpec spec = registry.await(options.patience());
      long declared = System.nanoTime();
      AugmentTopology topology =
          new AugmentTopology(
              new AugmentTopology.Part(options.topics(), spec, options.instance()),
              settings(spec, wanted, device),
              kafka.maxRecordBytes(),
              tally,
              device::kernel);
      Map<String, Object> config =
          kafka.streams(
              options.topics().augmenterGroup(),
              options.threads(),
              Math.max(spec.clipRecordBytes(), spec.pairRecordBytes()));
      KafkaStreams streams = new KafkaStreams(topology.build(), new StreamsConfig(config));
      streams.setUncaughtExceptionHandler(this::fail);
      tally.show(new KafkaStreamsMetrics(streams));
      try (JournalWriter journal =
          new JournalWriter(kafka, options.topics(), spec.runId(), options.instance())) {
        new Attendance(
                journal, () -> (long) tally.count(Metric.BATCHES), () -> ended.getCount() == 0)
            .during(
                Started.here(device.name(), options.threads()),
                () -> {
                  augment(streams, registry, spec);
                  return true;
                });
      }
      long end = System.nanoTime();
      return report((end - start) / 1e9, (end - declared) / 1e9, device);
    }
  }

  private void augment(KafkaStreams streams, RunRegistry registry, RunSpec spec)
      throws InterruptedException {
    try (RunCompletion completion = new RunCompletion(options.kafka(), options.topics(), spec)) {
      streams.start();
      running = Optional.of(streams);
      awaitEnd(registry, spec, completion);
    } finally {
      running = Optional.empty();
      // A member that leaves without telling stalls its partitions until its session ends.
      streams.close(
          CloseOptions.timeout(CLOSE_TIMEOUT)
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }
  }

  /// Ends [#run] soon, with a report of what was done so far. From any thread.
  @Override
  public void stop() {
    ended.countDown();
  }

  /// Whether batches are being taken.
  @Override
  public Optional<String> notReady() {
    Optional<KafkaStreams> streams = running;
    if (streams.isEmpty()) {
      return Optional.of(
          ended.getCount() == 0
              ? "it ends"
              : "run '" + options.topics().name() + "' is not declared yet");
    }
    KafkaStreams.State state = streams.get().state();
    return state == KafkaStreams.State.RUNNING
        ? Optional.empty()
        : Optional.of("its partitions are being assigned (Kafka Streams is " + state + ")");
  }

  private StreamThreadExceptionResponse fail(Throwable thrown) {
    failure.compareAndSet(null, thrown);
    ended.countDown();
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private void awaitEnd(RunRegistry registry, RunSpec declared, RunCompletion completion)
      throws InterruptedException {
    RunSpec spec = declared;
    while (!ended.await(GLANCE_MILLIS, TimeUnit.MILLISECONDS)) {
      requireFewBad();
      if (options.follow() || !completion.reached(spec.order())) {
        continue;
      }
      // Epochs may have been added while the last ones were on their way.
      RunSpec now = registry.read().orElse(spec);
      if (now.epochs() <= spec.epochs()) {
        return;
      }
      spec = now;
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw StreamsFailure.explain(thrown, options.kafka().bootstrapServers());
    }
  }

  private void requireFewBad() {
    double batches = tally.count(Metric.BATCHES);
    double refused = tally.count(Metric.REFUSED);
    if (batches >= BATCHES_BEFORE_JUDGEMENT && refused > options.maxBadRatio() * batches) {
      throw ServiceException.badInput(
          "%.0f of %.0f batches of run '%s' could not be augmented, more than --max-bad-ratio %s: see %s"
              .formatted(
                  refused,
                  batches,
                  options.topics().name(),
                  options.maxBadRatio(),
                  options.topics().rejected()));
    }
  }

  /// What the options expect, if it can be done here at all.
  private Optional<AugmentationPlan> wanted() {
    Optional<AugmentationPlan> plan;
    try {
      plan = options.expected().augmentation().map(options.catalog()::parse);
    } catch (IllegalArgumentException e) {
      throw ServiceException.usage(String.valueOf(e.getMessage()), e);
    }
    plan.ifPresent(there -> KernelCheck.require(there, choice));
    return plan;
  }

  /// What the run says, if that is what was expected.
  private PairMaker.Settings settings(
      RunSpec spec, Optional<AugmentationPlan> wanted, AugmenterDevice device) {
    RunSpec.Content content = spec.content();
    AugmentationCatalog catalog =
        wanted.map(options.catalog()::withSourcesOf).orElse(options.catalog());
    try {
      AugmentationPlan augmentation = catalog.parseDeclared(content.augmentation());
      AugmenterOptions.Expected expected = options.expected();
      requireSame("augmentation", wanted.map(AugmentationPlan::text), augmentation.text());
      requireSame("mca-probability", expected.probability(), content.augmentProbability());
      requireSame("encoding", expected.encoding(), content.encoding());
      MixWeights.requireFoldable(content.normalization());
      // Whatever crops clips that this version cannot is refused here.
      content.augmenterCrop();
      if (spec.pairRecordBytes() > options.kafka().maxRecordBytes()) {
        throw new IllegalArgumentException(
            "a pair takes %d bytes, more than --max-record-bytes %d"
                .formatted(spec.pairRecordBytes(), options.kafka().maxRecordBytes()));
      }
      return new PairMaker.Settings(
          content.seed(),
          device.ready(augmentation),
          content.augmentProbability(),
          content.encoding(),
          content.normalization(),
          Version.current());
    } catch (IllegalArgumentException e) {
      throw ServiceException.usage("run '" + options.topics().name() + "': " + e.getMessage(), e);
    }
  }

  private static <T> void requireSame(String option, Optional<T> wanted, T there) {
    if (wanted.isPresent() && !wanted.get().equals(there)) {
      throw new IllegalArgumentException(
          "--" + option + " is " + wanted.get() + ", but the run has " + there);
    }
  }

  /// @param busySeconds without the wait for the run's declaration
  private AugmenterReport report(double seconds, double busySeconds, AugmenterDevice device) {
    AugmenterReport report =
        new AugmenterReport(
            options.topics().name(),
            seconds,
            (long) tally.count(Metric.BATCHES),
            (long) tally.count(Metric.CLIPS),
            (long) tally.count(Metric.SKIPPED),
            (long) tally.count(Metric.REJECTED),
            tally.count(Metric.BYTES) / 1e6 / busySeconds,
            device.name(),
            device.kernel().name(),
            Versions.with(Map.entry("kafka", AppInfoParser.getVersion())));
    LOG.info("augmented {} batches in {} s", report.batches(), Math.round(seconds));
    return report;
  }
}
