package io.pairstream.trainer.stream;

import io.pairstream.clip.PairBatch;
import io.pairstream.metrics.Metric;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.CommittedNext;
import io.pairstream.run.Rejection;
import io.pairstream.run.RunSpec;
import io.pairstream.trainer.stream.PairStream.Delivery;
import io.pairstream.wire.Checksum;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.RecordHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads RUN.pairs as a static member of the trainer's group, on a thread of its own, and fills a
/// [PairBuffer]. A broker that is away is waited for.
final class PairReader implements Runnable, ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(PairReader.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);

  private final PairSource.SourceOptions options;
  private final RunSpec spec;
  private final RecordHeaders.RunIdentity identity;
  private final PairBuffer buffer;
  private final Outlets outlets;
  private final Consumer<byte[], byte[]> consumer;
  private final List<PairLane> lanes = new ArrayList<>();

  /// Written by the thread that asks for a commit, emptied by the reader.
  private volatile @Nullable Commit asked;

  /// Written by the reader: whether it polls only to stay in its group.
  private volatile boolean idle;

  /// Written by whoever closes.
  private volatile boolean stopped;

  private record Commit(long next, CompletableFuture<Boolean> done) {}

  /// Where the reader tells what is no batch, and counts.
  record Outlets(java.util.function.Consumer<Rejection> rejections, Tally tally) {}

  /// @param start where to read from
  /// @param consumer taken over: closed by the reader's thread
  PairReader(
      PairSource.SourceOptions options,
      RunSpec spec,
      StartingPoint start,
      PairBuffer buffer,
      Outlets outlets,
      Consumer<byte[], byte[]> consumer) {
    this.options = options;
    this.spec = spec;
    this.identity = spec.identity(options.topics().name());
    this.buffer = buffer;
    this.outlets = outlets;
    this.consumer = consumer;
    for (int p = 0; p < spec.content().partitions(); p++) {
      lanes.add(new PairLane(p, spec.order(), buffer.next(), start.offsets().get(p)));
    }
  }

  /// A consumer that is the group's static member of the trainer's name.
  static Consumer<byte[], byte[]> consumer(PairSource.SourceOptions options, RunSpec spec) {
    Map<String, Object> settings = options.kafka().consumer(spec.pairRecordBytes());
    settings.put("group.id", options.topics().trainerGroup(options.trainer()));
    settings.put("group.instance.id", options.trainer());
    settings.put("max.poll.records", 1);
    settings.put("allow.auto.create.topics", false);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public void run() {
    try (consumer) {
      consumer.subscribe(List.of(options.topics().pairs()), this);
      while (!stopped) {
        choosePartitions();
        poll();
        commit();
        requireNoGap();
      }
      buffer.fail(new IllegalStateException("the reader of pairs was closed"));
    } catch (FencedInstanceIdException e) {
      fail(
          ServiceException.environment(
              "another trainer '"
                  + options.trainer()
                  + "' of run '"
                  + options.topics().name()
                  + "' has taken over",
              e));
    } catch (InvalidOffsetException e) {
      fail(
          ServiceException.badInput(
              "batches of "
                  + options.topics().pairs()
                  + " that trainer '"
                  + options.trainer()
                  + "' still needs are deleted ("
                  + e.getMessage()
                  + "): make them again with produce --from "
                  + spec.order().id(buffer.next())));
    } catch (KafkaException e) {
      fail(
          ServiceException.environment(
              "the broker at "
                  + options.kafka().bootstrapServers()
                  + " refuses to serve "
                  + options.topics().pairs()
                  + ": "
                  + e.getMessage(),
              e));
    } catch (RuntimeException e) {
      fail(e);
    } catch (Error e) {
      fail(new IllegalStateException("the reader of pairs died", e));
      throw e;
    }
  }

  private void fail(RuntimeException cause) {
    stopped = true;
    buffer.fail(cause);
  }

  /// Only the partitions of the next `prefetch` batches are read.
  private void choosePartitions() {
    long end = buffer.next() + options.prefetch();
    List<TopicPartition> read = new ArrayList<>();
    List<TopicPartition> wait = new ArrayList<>();
    for (TopicPartition partition : consumer.assignment()) {
      PairLane lane = lanes.get(partition.partition());
      (lane.next() < end && !lane.finished() ? read : wait).add(partition);
    }
    consumer.pause(wait);
    consumer.resume(read);
    idle = read.isEmpty();
  }

  private void poll() {
    try {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        take(record);
      }
    } catch (WakeupException e) {
      // There is room for a batch, or something to commit.
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    PairLane lane = lanes.get(record.partition());
    lane.passed(record.offset());
    switch (IncomingPair.identify(identity, spec.order(), record, lane.next())) {
      case IncomingPair.Foreign foreign -> reject(record, foreign.cause());
      case IncomingPair.Broken broken -> {
        if (offered(lane, broken.number(), record)) {
          reject(record, broken.cause());
          buffer.put(
              broken.number(), new Delivery.Skipped(broken.number(), broken.cause(), crc(record)));
        }
      }
      case IncomingPair.Numbered numbered -> {
        if (offered(lane, numbered.number(), record)) {
          buffer.put(numbered.number(), delivery(numbered, record));
        }
      }
    }
  }

  private boolean offered(PairLane lane, long number, ConsumerRecord<byte[], byte[]> record) {
    return switch (lane.offer(number, record.offset())) {
      case TAKE -> {
        outlets.tally().add(Metric.BYTES, record.serializedValueSize());
        yield true;
      }
      case COPY -> {
        outlets.tally().add(Metric.COPIES, 1);
        yield false;
      }
      case EARLY -> {
        outlets.tally().add(Metric.EARLY, 1);
        yield false;
      }
    };
  }

  private Delivery delivery(IncomingPair.Numbered numbered, ConsumerRecord<byte[], byte[]> record) {
    RecordHeaders headers = numbered.headers();
    long crc = crc(record);
    Optional<String> skipped = headers.skipped();
    if (skipped.isPresent()) {
      return new Delivery.Skipped(numbered.number(), skipped.get(), crc);
    }
    try {
      PairBatch pairs = IncomingPair.pairs(spec, headers, record.value());
      return new Delivery.Batch(numbered.number(), pairs, crc);
    } catch (MalformedRecordException e) {
      String cause = String.valueOf(e.getMessage());
      reject(record, cause);
      return new Delivery.Skipped(numbered.number(), cause, crc);
    }
  }

  private void reject(ConsumerRecord<byte[], byte[]> record, String cause) {
    outlets.tally().add(Metric.REJECTED, 1);
    LOG.warn(
        "{} partition {} offset {}: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        cause);
    outlets
        .rejections()
        .accept(
            new Rejection.Message(
                record.topic(), record.partition(), record.offset(), cause, value(record)));
  }

  private static long crc(ConsumerRecord<byte[], byte[]> record) {
    return Checksum.crc32c(value(record));
  }

  private static byte[] value(ConsumerRecord<byte[], byte[]> record) {
    byte @Nullable [] value = record.value();
    return value == null ? new byte[0] : value;
  }

  private void requireNoGap() {
    for (PairLane lane : lanes) {
      if (lane.gapFor(options.gapTimeout().toNanos())) {
        throw ServiceException.badInput(
            "batch "
                + spec.order().id(lane.next())
                + " (number "
                + lane.next()
                + ") of run '"
                + options.topics().name()
                + "' has not come for "
                + options.gapTimeout().toSeconds()
                + " s although later ones of its partition have");
      }
    }
  }

  private void commit() {
    Commit wanted = asked;
    if (wanted == null || consumer.assignment().isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (int p = 0; p < lanes.size(); p++) {
      CommittedNext next = lanes.get(p).commit(wanted.next());
      offsets.put(
          new TopicPartition(options.topics().pairs(), p),
          new OffsetAndMetadata(next.offset(), next.metadata()));
    }
    try {
      consumer.commitSync(offsets, COMMIT_TIMEOUT);
      asked = null;
      wanted.done().complete(true);
    } catch (WakeupException | RetriableException | CommitFailedException e) {
      // The next round tries again: the broker is away, or the group is being joined anew.
      LOG.debug("commit of {} is tried again", wanted.next(), e);
    }
  }

  /// Commits on the reader's thread; the future completes when the broker has it.
  Future<Boolean> askCommit(long next) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    asked = new Commit(next, done);
    consumer.wakeup();
    return done;
  }

  /// Tells an idle reader that a batch was taken.
  void roomMade() {
    if (idle) {
      consumer.wakeup();
    }
  }

  void stop() {
    stopped = true;
    consumer.wakeup();
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      consumer.seek(partition, lanes.get(partition.partition()).position());
    }
    LOG.debug("reading {} from {}", partitions, buffer.next());
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    // What was read stays valid: its numbers say where to go on.
  }
}
