package io.pairstream.local.run;

import io.pairstream.clip.PairBatch;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.local.options.ArgumentList;
import io.pairstream.local.options.RecipeFlags;
import io.pairstream.local.process.Child;
import io.pairstream.local.process.ChildSpec;
import io.pairstream.local.process.JavaCommand;
import io.pairstream.local.process.Supervisor;
import io.pairstream.local.report.PairsPicture;
import io.pairstream.local.report.ProgressDisplay;
import io.pairstream.local.report.ShownPairs;
import io.pairstream.ops.Report;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.RunRegistry;
import io.pairstream.run.RunSpec;
import io.pairstream.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A whole run on this machine: a broker, a producer, an augmenter and trainers, a process each,
/// from the first batch to the proof that each was trained on once.
public final class LocalRun {
  private static final Logger LOG = LoggerFactory.getLogger(LocalRun.class);

  /// How long producer and augmenter may take to notice that the run is complete.
  private static final Duration GLANCE = Duration.ofMillis(200);

  private static final Duration LINGER = Duration.ofSeconds(60);

  private static final int RESTARTS = 3;
  private static final int SHOWN_CLIPS = 8;

  private final Plan plan;
  private final ProgressDisplay display;

  /// What is run.
  ///
  /// @param folder everything that it leaves
  /// @param run its name
  /// @param maxRecordBytes largest record
  /// @param producer options of `produce` beside those that follow from here
  /// @param augmenter options of `augment`
  /// @param trainers who trains
  /// @param resume whether the folder holds a run to go on with
  public record Plan(
      RunFolder folder,
      Topics run,
      int maxRecordBytes,
      ArgumentList producer,
      ArgumentList augmenter,
      List<Trainer> trainers,
      boolean resume) {
    public Plan {
      trainers = List.copyOf(trainers);
    }
  }

  /// A trainer.
  ///
  /// @param name in the run
  /// @param instance its name in reports and of its log
  /// @param arguments options of `train`
  public record Trainer(String name, String instance, ArgumentList arguments) {}

  /// What came of it.
  ///
  /// @param spec what RUN.run says
  /// @param services the services' reports, by instance
  /// @param verification of the ledger and the topics
  /// @param seconds that the run took on this machine, this time
  public record Outcome(
      RunSpec spec, Map<String, Report> services, Verification verification, double seconds) {}

  public LocalRun(Plan plan, ProgressDisplay display) {
    this.plan = plan;
    this.display = display;
  }

  /// Runs it to its end.
  ///
  /// @throws ServiceException in a service's own words when it fails
  public Outcome execute() throws InterruptedException {
    long begin = System.nanoTime();
    try (Supervisor supervisor =
        new Supervisor(JavaCommand.pairstream(), plan.folder().logs(), display::tell)) {
      String address = BrokerChild.start(supervisor, plan.folder(), plan.maxRecordBytes());
      KafkaOptions kafka = new KafkaOptions(address, plan.maxRecordBytes(), Map.of());
      ArgumentList common =
          new ArgumentList()
              .and("--bootstrap", address)
              .and("--run", plan.run().name())
              // The environment may name one, and what this run takes from it is here already.
              .and(RecipeFlags.OPTION, RecipeFlags.NONE)
              .and("--max-record-bytes", Integer.toString(plan.maxRecordBytes()));
      Child producer = startProducer(supervisor, common);
      awaitEpochs(supervisor, kafka);
      ArgumentList augmenter = plan.augmenter().and(common);
      List<Child> stream =
          List.of(producer, start(supervisor, ServiceKind.AUGMENTER, "augmenter", augmenter));
      List<Child> trainers = startTrainers(supervisor, common);
      RunWatch watch = new RunWatch(kafka, plan.run(), display);
      supervisor.await(trainers, watch::refresh);
      supervisor.awaitOrStop(stream, LINGER);
      RunSpec spec = watch.spec();
      Verification verification = Verification.of(kafka, plan.run(), spec);
      drawPairs(kafka, spec);
      return new Outcome(
          spec, reports(supervisor), verification, (System.nanoTime() - begin) / 1e9);
    }
  }

  private Child startProducer(Supervisor supervisor, ArgumentList common) {
    String names = String.join(",", plan.trainers().stream().map(Trainer::name).toList());
    ArgumentList producer = plan.producer().and(common).and("--trainers", names);
    return start(supervisor, ServiceKind.PRODUCER, "producer", producer);
  }

  /// Waits, when a run goes on, until its producer has declared as many epochs as are wanted now:
  /// an augmenter or a trainer that read the old declaration would find nothing left to do.
  private void awaitEpochs(Supervisor supervisor, KafkaOptions kafka) throws InterruptedException {
    Optional<Long> wanted = plan.producer().value("--epochs").map(Long::parseLong);
    if (!plan.resume() || wanted.isEmpty()) {
      return;
    }
    try (RunRegistry registry = new RunRegistry(kafka, plan.run())) {
      while (registry.read().filter(spec -> spec.epochs() >= wanted.get()).isEmpty()) {
        supervisor.requireHealthy();
        Thread.sleep(GLANCE);
      }
    }
  }

  private List<Child> startTrainers(Supervisor supervisor, ArgumentList common) {
    List<Child> children = new ArrayList<>();
    for (Trainer trainer : plan.trainers()) {
      ArgumentList arguments =
          trainer
              .arguments()
              .and(common)
              .and("--name", trainer.name())
              .and("--checkpoints", plan.folder().checkpoints(trainer.name()).toString());
      children.add(start(supervisor, ServiceKind.TRAINER, trainer.instance(), arguments));
    }
    return children;
  }

  private Child start(
      Supervisor supervisor, ServiceKind kind, String instance, ArgumentList arguments) {
    Path portFile = plan.folder().work().resolve(instance + ".port");
    Path reportFile = reportFile(instance);
    try {
      Files.deleteIfExists(portFile);
      Files.deleteIfExists(reportFile);
    } catch (IOException e) {
      throw ServiceException.environment(
          "folder '" + plan.folder().work() + "' cannot be written to: " + e.getMessage(), e);
    }
    ArgumentList watched =
        arguments
            .and("--report", reportFile.toString())
            .and("--management-port", "0")
            .and("--management-file", portFile.toString());
    display.add(instance, new ProgressDisplay.Files(portFile, reportFile));
    return supervisor.start(
        new ChildSpec(
            instance,
            kind.stage(),
            kind.jvmFlags(),
            kind.environment(),
            attempt -> kind.line(watched, plan.resume() || attempt > 0),
            RESTARTS));
  }

  private Path reportFile(String instance) {
    return plan.folder().work().resolve(instance + ".json");
  }

  /// The reports that the services have left; one that crashed at its very end left none.
  private Map<String, Report> reports(Supervisor supervisor) {
    List<String> instances = new ArrayList<>(List.of("producer", "augmenter"));
    plan.trainers().forEach(trainer -> instances.add(trainer.instance()));
    Map<String, Report> reports = new LinkedHashMap<>();
    for (String instance : instances) {
      try {
        reports.put(instance, Report.read(reportFile(instance)));
      } catch (IOException e) {
        display.tell(instance + " left no report; its log is " + supervisor.logs());
      }
    }
    return reports;
  }

  private void drawPairs(KafkaOptions kafka, RunSpec spec) {
    Optional<PairBatch> newest = new HeldPairs(kafka, plan.run(), spec).newest();
    if (newest.isEmpty()) {
      return;
    }
    PairBatch batch = newest.get();
    String title = "Original above, augmented below: batch " + batch.id();
    try {
      PairsPicture.write(
          plan.folder().pairs(),
          title,
          ShownPairs.of(batch, spec.content().classNames(), SHOWN_CLIPS));
    } catch (IOException e) {
      throw ServiceException.environment(
          "picture '" + plan.folder().pairs() + "' cannot be written: " + e.getMessage(), e);
    }
  }

  /// Shows progress, and looks for the run's declaration until it is there.
  private static final class RunWatch {
    private final KafkaOptions kafka;
    private final Topics topics;
    private final ProgressDisplay display;
    private Optional<RunSpec> declared = Optional.empty();

    RunWatch(KafkaOptions kafka, Topics topics, ProgressDisplay display) {
      this.kafka = kafka;
      this.topics = topics;
      this.display = display;
    }

    void refresh() throws InterruptedException {
      if (display.due() && declared.isEmpty()) {
        try (RunRegistry registry = new RunRegistry(kafka, topics)) {
          declared = registry.read();
        } catch (ServiceException e) {
          // The broker is being started again: the supervisor knows.
          LOG.info("the run's declaration cannot be read yet: {}", e.getMessage());
        }
        declared.ifPresent(spec -> display.setOrder(spec.order()));
      }
      display.refresh();
    }

    /// What RUN.run says at the end.
    RunSpec spec() {
      try (RunRegistry registry = new RunRegistry(kafka, topics)) {
        return registry
            .read()
            .orElseThrow(() -> new IllegalStateException("trainers ended without a run"));
      }
    }
  }
}
