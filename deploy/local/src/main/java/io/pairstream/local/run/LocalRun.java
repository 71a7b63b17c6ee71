package io.pairstream.local.run;

import io.pairstream.cli.options.ArgumentList;
import io.pairstream.cli.options.RecipeFlags;
import io.pairstream.clip.PairBatch;
import io.pairstream.config.ClientSettings;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.local.report.ProgressDisplay;
import io.pairstream.ops.Report;
import io.pairstream.ops.ServiceException;
import io.pairstream.ops.ServiceReport;
import io.pairstream.process.Child;
import io.pairstream.process.ChildSpec;
import io.pairstream.process.JavaCommand;
import io.pairstream.process.Supervisor;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import io.pairstream.run.RunRegistry;
import io.pairstream.run.RunSpec;
import io.pairstream.verify.Verification;
import io.pairstream.watch.BrokerChild;
import io.pairstream.watch.HeldPairs;
import io.pairstream.watch.RunFolder;
import io.pairstream.watch.picture.PairsPicture;
import io.pairstream.watch.picture.ShownPairs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
  /// @param members the processes: one producer, at least one augmenter and one trainer
  /// @param resume whether the folder holds a run to go on with
  public record Plan(
      RunFolder folder, Topics run, int maxRecordBytes, List<Member> members, boolean resume) {
    public Plan {
      members = List.copyOf(members);
      Set<String> names = new HashSet<>();
      for (Member member : members) {
        if (!names.add(member.instance().toString())) {
          throw new IllegalArgumentException("there are two of " + member.instance());
        }
      }
    }

    /// Those of a role.
    List<Member> of(Role role) {
      return members.stream().filter(member -> member.instance().role() == role).toList();
    }

    Member producer() {
      return of(Role.PRODUCER).getFirst();
    }
  }

  /// One process of the run.
  ///
  /// @param instance its name in reports and of its log
  /// @param arguments its own options, beside those that follow from here
  public record Member(Instance instance, ArgumentList arguments) {}

  /// What came of it.
  ///
  /// @param services the services' reports, by instance
  /// @param verification of the journal and the topics
  /// @param seconds that the run took on this machine, this time
  public record Outcome(
      Map<String, ServiceReport> services, Verification verification, double seconds) {}

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
      KafkaOptions kafka = new KafkaOptions(address, plan.maxRecordBytes(), ClientSettings.NONE);
      ArgumentList common =
          new ArgumentList()
              .and("--bootstrap", address)
              .and("--run", plan.run().name())
              // The environment may name one, and what this run takes from it is here already.
              .and(RecipeFlags.OPTION, RecipeFlags.NONE)
              .and("--max-record-bytes", Integer.toString(plan.maxRecordBytes()));
      Child producer = startProducer(supervisor, common);
      awaitEpochs(supervisor, kafka);
      List<Child> stream = new ArrayList<>(List.of(producer));
      stream.addAll(startAugmenters(supervisor, common));
      List<Child> trainers = startTrainers(supervisor, common);
      RunWatch watch = new RunWatch(kafka, plan.run(), display);
      supervisor.await(trainers, watch::refresh);
      supervisor.awaitOrStop(stream, LINGER);
      RunSpec spec = watch.spec();
      Verification verification = Verification.of(kafka, plan.run(), spec);
      drawPairs(kafka, spec);
      return new Outcome(reports(supervisor), verification, (System.nanoTime() - begin) / 1e9);
    }
  }

  private Child startProducer(Supervisor supervisor, ArgumentList common) {
    String names =
        plan.of(Role.TRAINER).stream()
            .map(trainer -> trainer.instance().name())
            .collect(Collectors.joining(","));
    Member producer = plan.producer();
    return start(
        supervisor, producer.instance(), producer.arguments().and(common).and("--trainers", names));
  }

  /// Waits, when a run goes on, until its producer has declared as many epochs as are wanted now:
  /// an augmenter or a trainer that read the old declaration would find nothing left to do.
  private void awaitEpochs(Supervisor supervisor, KafkaOptions kafka) throws InterruptedException {
    Optional<Long> wanted = plan.producer().arguments().value("--epochs").map(Long::parseLong);
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

  private List<Child> startAugmenters(Supervisor supervisor, ArgumentList common) {
    List<Child> children = new ArrayList<>();
    for (Member augmenter : plan.of(Role.AUGMENTER)) {
      ArgumentList arguments =
          augmenter
              .arguments()
              .and(common)
              .and("--augmenter", Integer.toString(augmenter.instance().index()));
      children.add(start(supervisor, augmenter.instance(), arguments));
    }
    return children;
  }

  private List<Child> startTrainers(Supervisor supervisor, ArgumentList common) {
    List<Child> children = new ArrayList<>();
    for (Member trainer : plan.of(Role.TRAINER)) {
      String name = trainer.instance().name();
      ArgumentList arguments =
          trainer
              .arguments()
              .and(common)
              .and("--name", name)
              .and("--checkpoints", plan.folder().checkpoints(name).toString());
      children.add(start(supervisor, trainer.instance(), arguments));
    }
    return children;
  }

  private Child start(Supervisor supervisor, Instance member, ArgumentList arguments) {
    ServiceKind kind = ServiceKind.of(member.role());
    String instance = member.toString();
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
            kind.program(),
            attempt -> kind.line(watched, plan.resume() || attempt > 0),
            RESTARTS));
  }

  private Path reportFile(String instance) {
    return plan.folder().work().resolve(instance + ".json");
  }

  /// The reports that the services have left; one that crashed at its very end left none.
  private Map<String, ServiceReport> reports(Supervisor supervisor) {
    Map<String, ServiceReport> reports = new LinkedHashMap<>();
    for (Member member : plan.members()) {
      String instance = member.instance().toString();
      try {
        reports.put(instance, Report.read(reportFile(instance), ServiceReport.class));
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
