package io.pairstream.trainer;

import io.pairstream.config.DeviceChoice;
import io.pairstream.journal.Attendance;
import io.pairstream.journal.Event;
import io.pairstream.journal.JournalWriter;
import io.pairstream.journal.Message;
import io.pairstream.metrics.Metric;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.Service;
import io.pairstream.ops.ServiceException;
import io.pairstream.ops.TrainerReport;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import io.pairstream.run.RunRegistry;
import io.pairstream.run.RunSpec;
import io.pairstream.trainer.checkpoint.Checkpoint;
import io.pairstream.trainer.checkpoint.CheckpointStore;
import io.pairstream.trainer.checkpoint.Progress;
import io.pairstream.trainer.checkpoint.storage.FolderStorage;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.optim.Optimizer;
import io.pairstream.trainer.stream.PairSource;
import io.pairstream.trainer.stream.StartingPoint;
import io.pairstream.trainer.stream.ValidationTopic;
import io.pairstream.trainer.torch.TorchDevice;
import io.pairstream.trainer.torch.TorchRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a trainer of a run: waits until the run is declared, trains on every batch, ends when the
/// run is complete.
public final class TrainerService implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerService.class);
  private static final Duration STARVATION = Duration.ofSeconds(5);

  private final TrainerOptions options;
  private final Tally tally;
  private final long startNanos = System.nanoTime();

  /// Written by [#stop], read by the training thread.
  private volatile boolean stopping;

  /// Written by the training thread, read by whoever asks [#ready].
  private volatile boolean ready;

  public TrainerService(TrainerOptions options, Tally tally) {
    this.options = options;
    this.tally = tally;
  }

  /// Trains until the run is complete or [#stop] is called, on the calling thread. The end of the
  /// process waits for the batch in flight.
  ///
  /// @return what was done
  /// @throws ServiceException (2) if the run or the checkpoints are not what the options expect,
  ///   (3) if the environment fails or computes the same gradients differently, (4) if batches are
  ///   missing or the loss is no number
  @Override
  public TrainerReport run() throws InterruptedException {
    try (ShutdownGuard _ = new ShutdownGuard(this::stop)) {
      TrainerChecks.requirePossible(options);
      if (options.compute().device() instanceof DeviceChoice.Cuda) {
        // Before a wait of minutes for a run.
        var _ = device(loadTorch());
      }
      return train(declaredRun());
    } finally {
      ready = false;
    }
  }

  /// Ends [#run] soon, after the batch in flight, with what was trained saved. From any thread.
  @Override
  public void stop() {
    stopping = true;
  }

  /// Whether batches are being taken.
  @Override
  public Optional<String> notReady() {
    return ready
        ? Optional.empty()
        : Optional.of("run '" + options.input().topics().name() + "' is not being read yet");
  }

  private RunSpec declaredRun() throws InterruptedException {
    TrainerOptions.Input input = options.input();
    try (RunRegistry registry = new RunRegistry(input.kafka(), input.topics())) {
      return registry.await(input.limits().patience());
    }
  }

  private TrainerReport train(RunSpec spec) throws InterruptedException {
    TrainerChecks checks = new TrainerChecks(options, spec);
    checks.requireDeclared();
    Evaluator.Plan evaluation = checks.evaluation();
    CheckpointStore store = new CheckpointStore(new FolderStorage(options.storage().checkpoints()));
    StartingPoint begin =
        StartingPoint.find(
            options.input().kafka(), options.input().topics(), spec, options.input().name());
    Optional<Checkpoint> saved = checks.consistent(store.latest(), begin);
    TorchRuntime torch = loadTorch();
    TorchDevice device = device(torch);
    try (VideoNet net = net(device, spec, saved.isEmpty());
        Optimizer optimizer =
            options.learning().optimizer().create(net, options.learning().weightDecay())) {
      Checkpoint checkpoint = saved.orElseGet(() -> first(store, checks, begin, net, optimizer));
      restore(checkpoint, net, optimizer);
      TrainingMeter meter =
          new TrainingMeter(tally, spec.order().total(), checkpoint.manifest().progress());
      BatchAssembler assembler =
          new BatchAssembler(
              spec.content().normalization(), net.dataType(), options.model().channels());
      TrainStep step =
          new TrainStep(
              net, optimizer, assembler, stepOptions(spec), options.compute().selfCheck());
      Progress progress;
      try (PairSource source = source(spec, begin, checkpoint);
          ValidationTopic validation = validation(spec);
          JournalWriter journal = journal(spec)) {
        CheckpointWriter writer =
            new CheckpointWriter(store, net, optimizer, source, journal, checkpoint.manifest());
        Evaluator evaluator = new Evaluator(net, assembler, validation, evaluation);
        TrainingLoop loop =
            new TrainingLoop(plan(spec, checks), source, step, evaluator, writer, meter);
        progress =
            new Attendance(journal, journal::batches, () -> stopping)
                .during(
                    Message.Started.here(device.text(), options.compute().threads()),
                    () -> {
                      takeUp(source, journal, checkpoint);
                      ready = true;
                      return loop.run(checkpoint.manifest().progress(), () -> stopping);
                    });
      }
      return new TrainingResult(
              options,
              new TrainingResult.Machinery(torch, device),
              progress,
              measured(meter, step, evaluation))
          .report();
    }
  }

  private TorchRuntime loadTorch() {
    try {
      return TorchRuntime.start(options.compute().threads());
    } catch (IllegalStateException e) {
      throw ServiceException.environment(String.valueOf(e.getMessage()), e);
    }
  }

  private TorchDevice device(TorchRuntime torch) {
    try {
      TorchDevice device = torch.device(options.compute().device());
      device.note().ifPresent(LOG::info);
      return device;
    } catch (IllegalStateException e) {
      throw ServiceException.environment(String.valueOf(e.getMessage()), e);
    }
  }

  /// @param begins whether the training begins: later its weights come from a checkpoint
  private VideoNet net(TorchDevice device, RunSpec spec, boolean begins) {
    VideoNet net;
    try {
      net = VideoNets.create(options.model().spec(spec.content()), device.newManager());
    } catch (IllegalArgumentException e) {
      throw ServiceException.usage(String.valueOf(e.getMessage()), e);
    }
    new TrainerChecks(options, spec).requireFits(net);
    if (begins) {
      options
          .model()
          .init()
          .ifPresent(source ->
              InitialWeights.load(net, source)
                  .report()
                  .forEach(line -> LOG.info("weights of {}: {}", source, line)));
    }
    return net;
  }

  private void restore(Checkpoint checkpoint, VideoNet net, Optimizer optimizer) {
    try {
      StateDict.load(net, checkpoint.model());
      optimizer.load(checkpoint.optimizer());
    } catch (IllegalArgumentException e) {
      throw ServiceException.environment(
          "the checkpoint in "
              + options.storage().checkpoints()
              + " cannot be used: "
              + e.getMessage(),
          e);
    }
  }

  /// A training begins with a checkpoint: whoever has committed has one.
  private static Checkpoint first(
      CheckpointStore store,
      TrainerChecks checks,
      StartingPoint begin,
      VideoNet net,
      Optimizer optimizer) {
    Checkpoint checkpoint =
        new Checkpoint(StateDict.of(net), optimizer.state(), checks.manifest(begin.next()));
    store.save(checkpoint, false);
    return checkpoint;
  }

  private TrainStep.StepOptions stepOptions(RunSpec spec) {
    TrainerOptions.Learning learning = options.learning();
    return new TrainStep.StepOptions(
        learning.objective().alignmentWeight(),
        learning.objective().mca(),
        options.model().batchNorm(),
        learning.rate().clipNorm(),
        learning.objective().mixing(),
        spec.content().seed());
  }

  private PairSource source(RunSpec spec, StartingPoint begin, Checkpoint checkpoint) {
    TrainerOptions.Input input = options.input();
    PairSource.SourceOptions how =
        new PairSource.SourceOptions(
            input.kafka(),
            input.topics(),
            input.name(),
            input.prefetch(),
            input.limits().gapTimeout());
    return new PairSource(how, spec, begin, checkpoint.manifest().progress().next(), tally);
  }

  private ValidationTopic validation(RunSpec spec) {
    TrainerOptions.Input input = options.input();
    return new ValidationTopic(
        input.kafka(),
        input.topics(),
        spec,
        input.limits().gapTimeout(),
        options.evaluation().maxKeptBytes());
  }

  private JournalWriter journal(RunSpec spec) {
    TrainerOptions.Input input = options.input();
    return new JournalWriter(
        input.kafka(), input.topics(), spec.runId(), new Instance(Role.TRAINER, input.name(), 0));
  }

  /// Registers with the run, and finishes what a killed process had begun: the checkpoint is
  /// durable, its commit and what is told of its batches may not be. Telling twice is harmless
  /// where it is said to be, and takes no look into the journal.
  private void takeUp(PairSource source, JournalWriter journal, Checkpoint checkpoint)
      throws InterruptedException {
    Progress progress = checkpoint.manifest().progress();
    source.commit(progress.next());
    List<Event> again = new ArrayList<>();
    for (Message.Batch batch : checkpoint.manifest().batches()) {
      again.add(Event.now(batch.retold()));
    }
    journal.append(again);
    LOG.info("trainer '{}' begins at batch number {}", options.input().name(), progress.next());
  }

  private TrainingPlan plan(RunSpec spec, TrainerChecks checks) {
    TrainerOptions.Learning learning = options.learning();
    return new TrainingPlan(
        spec.order(),
        learning.rate().schedule(),
        learning.rate().peak(),
        new TrainingPlan.Cadence(
            learning.accumulate(),
            checks.checkpointEvery(),
            STARVATION,
            options.input().limits().maxBadRatio()));
  }

  private TrainingResult.Measured measured(
      TrainingMeter meter, TrainStep step, Evaluator.Plan evaluation) {
    return new TrainingResult.Measured(
        (System.nanoTime() - startNanos) / 1e9,
        tally.count(Metric.BYTES),
        meter.dataWaitShare(),
        step.selfChecks(),
        evaluation.selecting());
  }
}
