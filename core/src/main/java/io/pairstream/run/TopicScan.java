package io.pairstream.run;

import io.pairstream.config.KafkaOptions;
import io.pairstream.ops.ServiceException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads a topic from where it begins to where it ended when the reading began, without a group.
public final class TopicScan implements AutoCloseable {
  private static final Duration REACH = Duration.ofSeconds(20);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String bootstrapServers;

  /// @param recordBytes what a usual record takes
  public TopicScan(KafkaOptions kafka, long recordBytes) {
    Map<String, Object> settings = kafka.consumer(recordBytes);
    settings.put("allow.auto.create.topics", false);
    // The client asks for more as soon as it has read something. At the end there is no more, and
    // what it asks next, or its farewell, would wait behind that question.
    settings.put("fetch.max.wait.ms", 5);
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    bootstrapServers = kafka.bootstrapServers();
  }

  /// Hands over every record: partition by partition, in the order of the offsets.
  ///
  /// @param partitions how many the topic has
  /// @throws ServiceException (3) if the broker cannot be reached or the topic stalls
  public void forEach(
      String topic, int partitions, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    for (int p = 0; p < partitions; p++) {
      read(new TopicPartition(topic, p), Long.MAX_VALUE, reader);
    }
  }

  /// Hands over the last `count` records of a partition, or fewer where there are fewer.
  public void lastOf(
      TopicPartition partition, long count, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    read(partition, count, reader);
  }

  private void read(
      TopicPartition partition, long count, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    List<TopicPartition> one = List.of(partition);
    try {
      long end = consumer.endOffsets(one, REACH).getOrDefault(partition, 0L);
      long begin = consumer.beginningOffsets(one, REACH).getOrDefault(partition, 0L);
      consumer.assign(one);
      consumer.seek(partition, Math.max(begin, end - Math.min(count, end)));
      long deadline = System.nanoTime() + REACH.toNanos();
      while (consumer.position(partition, REACH) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (record.offset() < end) {
            reader.accept(record);
          }
          deadline = System.nanoTime() + REACH.toNanos();
        }
        if (System.nanoTime() > deadline) {
          throw ServiceException.environment(
              "nothing comes from " + partition + " at " + bootstrapServers);
        }
      }
    } catch (TimeoutException e) {
      throw ServiceException.environment("no Kafka broker answers at " + bootstrapServers, e);
    } finally {
      consumer.unsubscribe();
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
