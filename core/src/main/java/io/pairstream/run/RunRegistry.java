package io.pairstream.run;

import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.ops.ServiceException;
import io.pairstream.wire.MalformedRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Where a run is declared: its topics and its record in RUN.run.
public final class RunRegistry implements AutoCloseable {
  private static final long REACH_SECONDS = 20;

  private final KafkaOptions kafka;
  private final Topics topics;
  private final Admin admin;

  public RunRegistry(KafkaOptions kafka, Topics topics) {
    this.kafka = kafka;
    this.topics = topics;
    try {
      this.admin = Admin.create(kafka.admin());
    } catch (KafkaException e) {
      throw ServiceException.environment(
          "no Kafka broker at " + kafka.bootstrapServers() + ": " + rootMessage(e), e);
    }
  }

  /// Declares the run, or goes on with it when it was declared before.
  ///
  /// @return what RUN.run holds now
  /// @throws ServiceException (2) if the run exists with another content or with more epochs
  public RunSpec publish(RunSpec wanted) {
    Optional<RunSpec> present = read();
    if (present.isPresent()) {
      RunSpec there = present.get();
      requireSame(wanted, there);
      if (wanted.epochs() < there.epochs()) {
        throw ServiceException.usage(
            "run '"
                + topics.name()
                + "' has "
                + there.epochs()
                + " epochs; "
                + wanted.epochs()
                + " are fewer, and epochs may only grow");
      }
      if (wanted.epochs() == there.epochs() && wanted.trainers().equals(there.trainers())) {
        return there;
      }
    } else {
      createTopics(wanted.content().partitions());
    }
    RunSpec spec =
        present.map(there -> there.with(wanted.epochs(), wanted.trainers())).orElse(wanted);
    write(spec);
    return spec;
  }

  /// Refuses a spec whose content is another run's.
  public void requireSame(RunSpec wanted, RunSpec there) {
    if (!wanted.runId().equals(there.runId())) {
      throw ServiceException.usage(
          "run '"
              + topics.name()
              + "' exists with other settings: "
              + there.difference(wanted).orElse("an older format")
              + "; use another --run, or --fresh to delete it");
    }
  }

  /// What RUN.run holds; empty if the run is not declared.
  ///
  /// @throws ServiceException (3) if the broker cannot be reached
  public Optional<RunSpec> read() {
    if (!topicExists(topics.run())) {
      return Optional.empty();
    }
    List<byte[]> values = new ArrayList<>();
    try (TopicScan scan = new TopicScan(kafka, 0)) {
      scan.forEach(topics.run(), 1, record -> keepValue(record, values));
    }
    for (int i = values.size() - 1; i >= 0; i--) {
      try {
        return Optional.of(RunSpec.fromJson(values.get(i)));
      } catch (MalformedRecordException e) {
        continue;
      }
    }
    return Optional.empty();
  }

  /// Waits until the run is declared.
  ///
  /// @throws ServiceException (3) if it is not after this time
  public RunSpec await(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<RunSpec> spec = read();
      if (spec.isPresent()) {
        return spec.get();
      }
      if (System.nanoTime() > deadline) {
        throw ServiceException.environment(
            "run '"
                + topics.name()
                + "' is not declared at "
                + kafka.bootstrapServers()
                + " after "
                + patience.toSeconds()
                + " s: is its producer running?");
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /// Deletes the run's topics and its groups' offsets, and waits until the topics are gone.
  public void delete() throws InterruptedException {
    List<String> all = batchAndJournalTopics();
    Set<String> there = topicNames();
    List<String> gone = all.stream().filter(there::contains).toList();
    call(
        "delete the topics of run '" + topics.name() + "'",
        () -> {
          admin.deleteTopics(gone).all().get(REACH_SECONDS, TimeUnit.SECONDS);
          List<String> groups =
              admin.listGroups().all().get(REACH_SECONDS, TimeUnit.SECONDS).stream()
                  .map(group -> group.groupId())
                  .filter(this::isGroupOfRun)
                  .toList();
          for (String group : groups) {
            admin.deleteConsumerGroups(List.of(group)).all().get(REACH_SECONDS, TimeUnit.SECONDS);
          }
          return Boolean.TRUE;
        });
    while (topicNames().stream().anyMatch(gone::contains)) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private boolean isGroupOfRun(String group) {
    return group.equals(topics.augmenterGroup()) || group.startsWith(topics.trainerGroup(""));
  }

  private List<String> batchAndJournalTopics() {
    return List.of(
        topics.clips(),
        topics.pairs(),
        topics.validation(),
        topics.rejected(),
        topics.progress(),
        topics.run());
  }

  private void createTopics(int partitions) {
    Map<String, String> compacted = new HashMap<>(kafka.journalTopic());
    compacted.put("cleanup.policy", "compact");
    compacted.remove("retention.bytes");
    List<NewTopic> all =
        List.of(
            topic(topics.clips(), partitions, kafka.batchTopic()),
            topic(topics.pairs(), partitions, kafka.batchTopic()),
            topic(topics.validation(), 1, kafka.batchTopic()),
            topic(topics.rejected(), 1, kafka.rejectedTopic()),
            topic(topics.progress(), 1, kafka.journalTopic()),
            topic(topics.run(), 1, compacted));
    for (NewTopic one : all) {
      call(
          "create topic " + one.name(),
          () -> {
            try {
              admin.createTopics(List.of(one)).all().get(REACH_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
              if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
              }
            }
            return Boolean.TRUE;
          });
    }
    awaitTopics(all.stream().map(NewTopic::name).toList());
  }

  private static NewTopic topic(String name, int partitions, Map<String, String> settings) {
    return new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(settings);
  }

  /// A created topic takes a moment to be known; a client that asks too early waits for long. Its
  /// partitions take another moment to be served: were the first record of an idempotent producer
  /// refused then and its second one accepted, the first one would be out of order for ever.
  private void awaitTopics(List<String> names) {
    call(
        "describe the topics of run '" + topics.name() + "'",
        () -> {
          Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
          for (TopicDescription topic : describe(names).values()) {
            for (TopicPartitionInfo info : topic.partitions()) {
              partitions.put(
                  new TopicPartition(topic.name(), info.partition()), OffsetSpec.latest());
            }
          }
          return admin.listOffsets(partitions).all().get(REACH_SECONDS, TimeUnit.SECONDS);
        });
  }

  private Map<String, TopicDescription> describe(List<String> names)
      throws ExecutionException, InterruptedException, java.util.concurrent.TimeoutException {
    while (true) {
      try {
        return admin.describeTopics(names).allTopicNames().get(REACH_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  private void write(RunSpec spec) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(kafka.producer(0), new StringSerializer(), new ByteArraySerializer())) {
      call(
          "write " + topics.run(),
          () ->
              producer
                  .send(new ProducerRecord<>(topics.run(), 0, topics.name(), spec.toJson()))
                  .get(REACH_SECONDS, TimeUnit.SECONDS));
    }
  }

  private boolean topicExists(String topic) {
    return topicNames().contains(topic);
  }

  private Set<String> topicNames() {
    return call(
        "list topics", () -> admin.listTopics().names().get(REACH_SECONDS, TimeUnit.SECONDS));
  }

  private static void keepValue(ConsumerRecord<byte[], byte[]> record, List<byte[]> values) {
    byte @Nullable [] value = record.value();
    if (value != null) {
      values.add(value);
    }
  }

  private interface Call<T> {
    T run() throws ExecutionException, InterruptedException, java.util.concurrent.TimeoutException;
  }

  private <T> T call(String what, Call<T> call) {
    try {
      return call.run();
    } catch (java.util.concurrent.TimeoutException e) {
      throw unreachable(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw unreachable(e);
      }
      throw ServiceException.environment(
          "the broker at " + kafka.bootstrapServers() + " cannot " + what + ": " + rootMessage(e),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ServiceException.environment("interrupted while waiting to " + what, e);
    }
  }

  private ServiceException unreachable(Exception e) {
    return ServiceException.environment(
        "no Kafka broker answers at " + kafka.bootstrapServers(), e);
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /// Waits for nothing: each call was waited for, or given up.
  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
