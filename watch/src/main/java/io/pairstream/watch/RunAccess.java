package io.pairstream.watch;

import io.pairstream.cli.options.ArgumentList;
import io.pairstream.cli.options.RunNameFlags;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.ops.ServiceException;
import io.pairstream.process.BrokerAddress;
import io.pairstream.process.JavaCommand;
import io.pairstream.process.Supervisor;
import io.pairstream.run.RunRegistry;
import io.pairstream.run.RunSpec;
import io.pairstream.watch.options.RunAccessFlags;
import java.nio.file.Files;
import java.util.Optional;
import java.util.function.Consumer;

/// A run that is looked at from outside: its broker (started for the occasion when the run lies in
/// a folder of this machine and has ended), its topics, and what RUN.run says.
///
/// @param supervisor of the broker that was started, if one was
public record RunAccess(
    KafkaOptions kafka, Topics topics, RunSpec spec, Optional<Supervisor> supervisor)
    implements AutoCloseable {
  private static final String DEFAULT_RUN = "default";

  /// Opens a run.
  ///
  /// @param tell told what a person should know meanwhile
  /// @throws ServiceException when it cannot be reached or does not exist
  public static RunAccess open(RunAccessFlags flags, Consumer<String> tell)
      throws InterruptedException {
    if (flags.out().isPresent() == flags.kafka().bootstrap().isPresent()) {
      throw ServiceException.usage(
          "either --out or --bootstrap must say where the run is, and not both");
    }
    if (flags.out().isEmpty()) {
      Topics topics = RunNameFlags.topics(flags.run().orElse(DEFAULT_RUN));
      return connect(flags.kafka().options(flags.maxRecordBytes()), topics, Optional.empty());
    }
    RunFolder folder = RunFolder.existing(flags.out().get());
    if (!Files.isDirectory(folder.broker())) {
      throw ServiceException.usage("there is no broker's data in '" + folder.root() + "'");
    }
    ArgumentList began = folder.options();
    Topics topics =
        RunNameFlags.topics(flags.run().or(() -> began.value("--run")).orElse(DEFAULT_RUN));
    int maxRecordBytes =
        began
            .value("--max-record-bytes")
            .map(Integer::parseInt)
            .orElse(KafkaOptions.DEFAULT_MAX_RECORD_BYTES);
    Optional<String> running = BrokerAddress.runningBroker(folder.broker());
    if (running.isPresent()) {
      return connect(
          flags.kafka().options(running.get(), maxRecordBytes), topics, Optional.empty());
    }
    Supervisor supervisor = new Supervisor(JavaCommand.pairstream(), folder.logs(), tell);
    try {
      String address = BrokerChild.start(supervisor, folder, maxRecordBytes);
      return connect(
          flags.kafka().options(address, maxRecordBytes), topics, Optional.of(supervisor));
    } catch (Throwable e) {
      supervisor.close();
      throw e;
    }
  }

  private static RunAccess connect(
      KafkaOptions kafka, Topics topics, Optional<Supervisor> supervisor) {
    try (RunRegistry registry = new RunRegistry(kafka, topics)) {
      RunSpec spec =
          registry
              .read()
              .orElseThrow(() ->
                  ServiceException.usage(
                      "there is no run '"
                          + topics.name()
                          + "' at "
                          + kafka.bootstrapServers()
                          + "."));
      return new RunAccess(kafka, topics, spec, supervisor);
    }
  }

  @Override
  public void close() {
    supervisor.ifPresent(Supervisor::close);
  }
}
