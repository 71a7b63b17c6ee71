package io.pairstream.journal;

import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.ops.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads RUN.progress from its beginning to its end, and on from there as it grows. Used by one
/// thread.
public final class JournalReader implements AutoCloseable {
  private static final Duration REACH = Duration.ofSeconds(20);
  private static final Duration GLANCE = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final List<TopicPartition> assigned;
  private final String bootstrapServers;

  public JournalReader(KafkaOptions kafka, Topics topics) {
    Map<String, Object> settings = kafka.consumer(0);
    settings.put("allow.auto.create.topics", false);
    // Who leaves at the end waits for the answer to a last question for more.
    settings.put("fetch.max.wait.ms", 100);
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    partition = new TopicPartition(topics.progress(), 0);
    assigned = List.of(partition);
    bootstrapServers = kafka.bootstrapServers();
    consumer.assign(assigned);
    consumer.seekToBeginning(assigned);
  }

  /// What has come since: the lines from the position on, at least one unless `patience` runs out.
  ///
  /// @throws org.apache.kafka.common.KafkaException if the broker refuses
  public List<JournalLine> poll(Duration patience) {
    List<JournalLine> lines = new ArrayList<>();
    try {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
        lines.add(JournalLine.read(record));
      }
    } catch (OffsetOutOfRangeException e) {
      consumer.seekToBeginning(assigned);
    }
    return lines;
  }

  /// Hands over every line from the position to where the journal ends now.
  ///
  /// @throws ServiceException (3) if the broker cannot be reached or the topic stalls
  public void toEnd(Consumer<JournalLine> reader) {
    try {
      long end = end();
      long deadline = System.nanoTime() + REACH.toNanos();
      while (consumer.position(partition, REACH) < end) {
        List<JournalLine> lines = poll(GLANCE);
        for (JournalLine line : lines) {
          if (line.offset() < end) {
            reader.accept(line);
          }
        }
        if (!lines.isEmpty()) {
          deadline = System.nanoTime() + REACH.toNanos();
        } else if (System.nanoTime() > deadline) {
          throw ServiceException.environment(
              "nothing comes from " + partition + " at " + bootstrapServers);
        }
      }
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
  }

  private long end() {
    try {
      return consumer.endOffsets(assigned, REACH).getOrDefault(partition, 0L);
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
  }

  private ServiceException unreachable(TimeoutException e) {
    return ServiceException.environment("no Kafka broker answers at " + bootstrapServers, e);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
