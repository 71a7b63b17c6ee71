package io.pairstream.benchmarks.transport;

import io.pairstream.config.KafkaOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The ceiling of any stream processor: reads each record and writes another one, of a given size
/// and made beforehand, to the same partition; commits every second.
final class ConsumeProduceLoop {
  private final KafkaOptions kafka;
  private final int partitions;

  ConsumeProduceLoop(KafkaOptions kafka, int partitions) {
    this.kafka = kafka;
    this.partitions = partitions;
  }

  /// Takes all records of `in` to `out`.
  ///
  /// @param valueBytes size of the values written
  void run(String in, String out, int records, int valueBytes) {
    Map<String, Object> settings = kafka.consumer(valueBytes);
    settings.put("group.id", out);
    byte[] value = new byte[valueBytes];
    try (KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                kafka.producer(valueBytes), new ByteArraySerializer(), new ByteArraySerializer())) {
      consumer.assign(
          IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(in, p)).toList());
      consumer.seekToBeginning(consumer.assignment());
      long committed = System.nanoTime();
      int done = 0;
      while (done < records) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          producer.send(
              new ProducerRecord<>(out, record.partition(), record.key(), value, record.headers()));
          done++;
        }
        if (System.nanoTime() - committed > TimeUnit.SECONDS.toNanos(1)) {
          producer.flush();
          consumer.commitSync();
          committed = System.nanoTime();
        }
      }
      producer.flush();
      consumer.commitSync();
    }
  }
}
