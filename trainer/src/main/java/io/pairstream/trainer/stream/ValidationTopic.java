package io.pairstream.trainer.stream;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.Shape;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.RunSpec;
import io.pairstream.run.ValidationSet;
import io.pairstream.wire.ClipBatchSerde;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.RecordHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads RUN.validation without a group, from its beginning, as often as it is asked; what fits
/// into a bound is kept in memory and read once. Copies are dropped by their key.
///
/// Confined to the training thread.
public final class ValidationTopic implements ValidationClips, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ValidationTopic.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final TopicPartition partition;
  private final RunSpec spec;
  private final Duration patience;
  private final long maxKeptBytes;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /// The values of sets that were read whole and fit, by set.
  private final Map<String, List<byte[]>> kept = new HashMap<>();

  private long keptBytes;

  /// @param patience how long to wait for a set that is not whole yet
  /// @param maxKeptBytes bound on what is kept in memory
  public ValidationTopic(
      KafkaOptions kafka, Topics topics, RunSpec spec, Duration patience, long maxKeptBytes) {
    this.partition = new TopicPartition(topics.validation(), 0);
    this.spec = spec;
    this.patience = patience;
    this.maxKeptBytes = maxKeptBytes;
    Map<String, Object> settings = kafka.consumer(spec.clipRecordBytes());
    settings.put("allow.auto.create.topics", false);
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(List.of(partition));
  }

  @Override
  public void forEach(Set<String> sets, BiConsumer<String, ClipBatch> reader) {
    Set<String> toRead = new HashSet<>();
    for (String set : sets) {
      List<byte[]> values = kept.get(set);
      if (values == null) {
        toRead.add(set);
        continue;
      }
      for (byte[] value : values) {
        decode(value).ifPresent(batch -> reader.accept(set, batch));
      }
    }
    if (!toRead.isEmpty()) {
      new Reading(toRead, reader).run();
    }
  }

  private Optional<ClipBatch> decode(byte @Nullable [] value) {
    try {
      if (value == null) {
        throw new MalformedRecordException("the record has no value");
      }
      ClipBatch batch = ClipBatchSerde.decode(value);
      Shape shape = batch.frames().shape();
      Shape full = spec.content().batchShape();
      if (!shape.dims().subList(1, 5).equals(full.dims().subList(1, 5))) {
        throw new MalformedRecordException("tensor 'frames' is " + shape);
      }
      return Optional.of(batch);
    } catch (MalformedRecordException e) {
      LOG.warn("{}: a batch is left out: {}", partition.topic(), e.getMessage());
      return Optional.empty();
    }
  }

  /// One pass over the topic.
  private final class Reading {
    private final Map<String, Set<Long>> missing = new HashMap<>();
    private final Map<String, List<byte[]>> values = new HashMap<>();
    private final BiConsumer<String, ClipBatch> reader;
    private boolean keeping = true;

    Reading(Set<String> sets, BiConsumer<String, ClipBatch> reader) {
      this.reader = reader;
      for (ValidationSet set : spec.content().validation()) {
        if (sets.contains(set.name())) {
          Set<Long> batches = new HashSet<>();
          for (long batch = 0; batch < set.batches(); batch++) {
            batches.add(batch);
          }
          missing.put(set.name(), batches);
          values.put(set.name(), new ArrayList<>());
        }
      }
    }

    void run() {
      consumer.seekToBeginning(List.of(partition));
      long deadline = System.nanoTime() + patience.toNanos();
      while (!missing.isEmpty()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take(record);
          deadline = System.nanoTime() + patience.toNanos();
        }
        if (System.nanoTime() > deadline) {
          throw ServiceException.badInput(
              "validation set "
                  + missing.keySet().stream().sorted().toList()
                  + " of "
                  + partition.topic()
                  + " is not whole after "
                  + patience.toSeconds()
                  + " s");
        }
      }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
      RecordHeaders headers;
      try {
        headers = RecordHeaders.parse(record.key(), record.headers());
      } catch (MalformedRecordException e) {
        LOG.warn("{} offset {}: {}", record.topic(), record.offset(), e.getMessage());
        return;
      }
      String set = headers.validation().map(RecordHeaders.ValidationHeader::set).orElse("");
      Set<Long> left = missing.get(set);
      if (left == null
          || !headers.runId().equals(spec.runId())
          || !headers.schema().equals(RecordHeaders.CLIPS)
          || !left.remove(headers.id().batch())) {
        return;
      }
      if (headers.skipped().isEmpty()) {
        decode(record.value()).ifPresent(batch -> reader.accept(set, batch));
        keep(set, record.value());
      }
      if (left.isEmpty()) {
        missing.remove(set);
        List<byte[]> whole = values.remove(set);
        if (whole != null && keeping) {
          kept.put(set, whole);
        }
      }
    }

    private void keep(String set, byte @Nullable [] value) {
      List<byte[]> list = values.get(set);
      if (!keeping || value == null || list == null) {
        return;
      }
      if (keptBytes + value.length > maxKeptBytes) {
        // What is kept of sets that are not whole would never be used.
        keeping = false;
        values.values().forEach(part -> part.forEach(bytes -> keptBytes -= bytes.length));
        values.clear();
        return;
      }
      keptBytes += value.length;
      list.add(value);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
