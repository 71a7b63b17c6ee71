package io.pairstream.producer;

import io.pairstream.clip.BatchId;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.crop.CropPlan;
import io.pairstream.journal.Attendance;
import io.pairstream.journal.JournalWriter;
import io.pairstream.journal.Message.Started;
import io.pairstream.metrics.Metric;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.ProducerReport;
import io.pairstream.ops.Service;
import io.pairstream.ops.ServiceException;
import io.pairstream.ops.Versions;
import io.pairstream.producer.ProducerOptions.ContentOptions;
import io.pairstream.producer.ProducerOptions.Work;
import io.pairstream.producer.dataset.Dataset;
import io.pairstream.producer.dataset.DatasetFormats;
import io.pairstream.producer.dataset.DatasetSummary;
import io.pairstream.producer.dataset.MirroredClasses;
import io.pairstream.producer.load.BatchLoader;
import io.pairstream.producer.video.Ffmpeg;
import io.pairstream.run.Instance;
import io.pairstream.run.RejectionLog;
import io.pairstream.run.Role;
import io.pairstream.run.RunRegistry;
import io.pairstream.run.RunSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The producer as a service: lists the dataset, declares the run, sends its validation sets and
/// its batches, and stays until they have been trained on.
public final class ProducerService implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(ProducerService.class);
  private static final Duration FLOW_PERIOD = Duration.ofMillis(400);

  /// Room that a record's header takes beside its tensors.
  private static final long HEADER_BYTES = 64 << 10;

  private final ProducerOptions options;
  private final Tally tally;

  /// Whether the run is declared; written by the thread of [#run], read by any.
  private volatile boolean ready;

  /// Of the worker alone.
  private Map<String, Long> rejectedByCause = Map.of();

  /// The thread of [#run]; written by it, read by [#stop].
  private volatile @Nullable Thread worker;

  /// Written by [#stop], read by the thread of [#run].
  private volatile boolean stopping;

  /// @param tally counters `batches`, `clips`, `bytes`, `skipped`, `rejected`, `damaged`,
  ///   `validation_clips`, `validation_bytes`, and the gauge `batches_to_send`
  public ProducerService(ProducerOptions options, Tally tally) {
    this.options = options;
    this.tally = tally;
  }

  /// Whether the run is declared and batches are on their way.
  @Override
  public Optional<String> notReady() {
    return ready
        ? Optional.empty()
        : Optional.of("run '" + options.topics().name() + "' is not declared yet");
  }

  /// Interrupts [#run], which ends with an InterruptedException.
  @Override
  public void stop() {
    stopping = true;
    Thread running = worker;
    if (running != null) {
      running.interrupt();
    }
  }

  /// Does all of it.
  ///
  /// @throws ServiceException with the exit code: 2 for a dataset or option that cannot be used, 3
  ///   for a broker or a file that is not there, 4 for too many bad videos
  @Override
  public ProducerReport run() throws InterruptedException {
    long started = System.nanoTime();
    worker = Thread.currentThread();
    if (stopping) {
      throw new InterruptedException("stopped before it began");
    }
    requireSupported(options.work());
    String ffmpeg = ffmpegVersion();
    Listed listed = list();
    Dataset dataset = listed.dataset();
    warnOfMirrors(dataset);
    RunSpec wanted = spec(dataset);
    requireRoom(wanted);
    try (RunRegistry registry = new RunRegistry(options.kafka(), options.topics())) {
      RunSpec spec = registry.publish(wanted);
      LOG.info(
          "run {} ({}): {} clips of {} classes, {} batches in each of {} epochs",
          options.topics().name(),
          spec.runId(),
          spec.content().clipsPerEpoch(),
          dataset.classNames().size(),
          spec.content().batchesPerEpoch(),
          spec.epochs());
      ready = true;
      double sendingSeconds = attend(dataset, spec);
      double megabytes = tally.count(Metric.BYTES) / 1e6;
      return new ProducerReport(
          options.topics().name(),
          (System.nanoTime() - started) / 1e9,
          (long) tally.count(Metric.BATCHES),
          (long) tally.count(Metric.CLIPS),
          (long) tally.count(Metric.SKIPPED),
          (long) tally.count(Metric.REJECTED),
          (long) tally.count(Metric.DAMAGED),
          (long) tally.count(Metric.VALIDATION_CLIPS),
          sendingSeconds > 0 ? megabytes / sendingSeconds : 0,
          listed.summary().counts(rejectedByCause),
          Versions.with(Map.entry("ffmpeg", ffmpeg)));
    }
  }

  /// Sends everything, and tells the journal when it begins and ends.
  ///
  /// @return how long the batches of the run took
  private double attend(Dataset dataset, RunSpec spec) throws InterruptedException {
    Instance instance = new Instance(Role.PRODUCER, Instance.MAIN, options.work().producer());
    try (JournalWriter journal =
        new JournalWriter(options.kafka(), options.topics(), spec.runId(), instance)) {
      return new Attendance(journal, journal::batches, () -> stopping)
          .during(
              Started.here("cpu", options.work().loading().threads()),
              () -> stream(dataset, spec, journal));
    }
  }

  /// @return how long the batches of the run took
  private double stream(Dataset dataset, RunSpec spec, JournalWriter journal)
      throws InterruptedException {
    KafkaOptions kafka = options.kafka();
    Topics topics = options.topics();
    ContentOptions content = options.content();
    try (Admin admin = Admin.create(kafka.admin());
        FlowControl flow = new FlowControl(admin, topics, spec, FLOW_PERIOD);
        RejectionLog rejected = new RejectionLog(kafka, topics);
        ClipSender sender = new ClipSender(kafka, topics, spec, journal, flow, tally);
        BatchLoader loader =
            new BatchLoader(
                content.clips(),
                content.seed(),
                options.dataset().limits(),
                options.work().loading())) {
      BadClips badClips = new BadClips(rejected, journal, tally, options.bounds().maxBadRatio());
      dataset.leftOut().forEach(clip -> badClips.tell(clip.clipId(), clip.video(), clip.cause()));
      ValidationSender validation =
          new ValidationSender(dataset.validationSets(), content.clipsPerBatch());
      List<Long> next = new ArrayList<>();
      try (ResumePoints resume = new ResumePoints(kafka, topics, spec)) {
        validation.send(resume.lastValidation(), loader, sender, badClips);
        next.addAll(resume(resume, spec, sender, flow));
      }
      flow.start();
      ClipProducer producer =
          new ClipProducer(spec, dataset.training(), content.videosPerBatch(), next);
      tally.set(Metric.BATCHES_TO_SEND, producer.remaining());
      long begun = System.nanoTime();
      producer.run(loader, flow, sender, badClips);
      rejectedByCause = badClips.causes();
      double seconds = (System.nanoTime() - begun) / 1e9;
      LOG.info("all batches are sent");
      if (options.work().stayUntilTrained()) {
        flow.awaitTrained();
      }
      return seconds;
    }
  }

  /// Finds the next number of each partition, and tells the journal of its last record once more:
  /// an earlier process may not have lived to do so, and to find out would take reading the
  /// journal.
  private List<Long> resume(ResumePoints resume, RunSpec spec, ClipSender sender, FlowControl flow)
      throws InterruptedException {
    List<Integer> mine =
        spec.order().partitionsOf(options.work().producer(), options.work().producers());
    List<Long> next = new ArrayList<>();
    for (int p = 0; p < spec.content().partitions(); p++) {
      if (!mine.contains(p)) {
        next.add(Long.MAX_VALUE);
        continue;
      }
      Optional<ResumePoints.Last> last = resume.lastClips(p);
      next.add(resume.next(p, last));
      if (last.isPresent()) {
        BatchId id = last.get().headers().id();
        flow.arrived(p, spec.order().number(id), last.get().offset());
        sender.tellAgain(sender.line(id, last.get().clips(), last.get().value()));
        LOG.info("partition {} goes on after batch {}", p, id);
      }
    }
    return next;
  }

  private void warnOfMirrors(Dataset dataset) {
    if (options.content().clips().crops().flip()) {
      MirroredClasses.of(dataset.classNames())
          .forEach(
              couple -> LOG.warn("--flip gives half of the clips of {} the other's label", couple));
    }
  }

  private record Listed(DatasetSummary summary, Dataset dataset) {}

  private Listed list() {
    try {
      DatasetFormats.Recognised recognised = DatasetFormats.recognise(options.dataset());
      Dataset read = recognised.reader().read();
      DatasetSummary summary = DatasetSummary.of(options.dataset().path(), recognised, read);
      summary.lines().forEach(LOG::info);
      return new Listed(summary, read);
    } catch (IOException e) {
      throw ServiceException.environment(
          "dataset " + options.dataset().path() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private RunSpec spec(Dataset dataset) {
    ContentOptions content = options.content();
    try {
      return new RunSpec(
          new RunSpec.Content(
              content.seed(),
              dataset.digest(),
              content.clips().frames(),
              content.clips().size().height(),
              content.clips().size().width(),
              content.clips().samplingText(),
              content.clips().cropText(),
              content.clipsPerBatch(),
              (long) dataset.training().size() * content.clips().repeats(),
              content.partitions(),
              content.pairs().normalization(),
              content.pairs().augmentation(),
              content.pairs().augmentProbability(),
              content.pairs().encoding(),
              dataset.classNames(),
              ValidationSender.declare(dataset.validationSets(), content.clipsPerBatch()),
              options.dataset().limits().text()),
          options.bounds().epochs(),
          options.bounds().trainers(),
          options.bounds().maxBufferedBytes(),
          content.pairs().halfFollows());
    } catch (IllegalArgumentException e) {
      throw ServiceException.usage(String.valueOf(e.getMessage()), e);
    }
  }

  private void requireRoom(RunSpec spec) {
    long most = Math.max(spec.clipRecordBytes(), spec.pairRecordBytes()) + HEADER_BYTES;
    if (most > options.kafka().maxRecordBytes()) {
      throw ServiceException.usage(
          "a batch of %d clips and its pair take records of %d bytes, more than --max-record-bytes %d"
                  .formatted(spec.content().clipsPerBatch(), most, options.kafka().maxRecordBytes())
              + spec.content()
                  .augmenterCrop()
                  .flatMap(CropPlan::sent)
                  .map(sent ->
                      ": a frame may have %d pixels, --max-sent-pixels bounds them"
                          .formatted(sent.maxPixels()))
                  .orElse(""));
    }
    ValidationSender.requireRoom(spec, options.bounds().maxValidationBytes());
  }

  private static void requireSupported(Work work) {
    if (work.producers() != 1 || work.producer() != 0) {
      throw ServiceException.usage(
          "producer %d of %d: several producers in one run are not supported yet"
              .formatted(work.producer(), work.producers()));
    }
    work.from()
        .ifPresent(from -> {
          throw ServiceException.usage(
              "--from %s: making batches again is not supported yet".formatted(from));
        });
  }

  private static String ffmpegVersion() {
    try {
      return Ffmpeg.version();
    } catch (LinkageError e) {
      throw ServiceException.environment(
          "FFmpeg's libraries do not load on this machine: " + e.getMessage(), e);
    }
  }
}
