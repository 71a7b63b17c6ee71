package io.pairstream.benchmarks.transport;

import io.pairstream.config.KafkaOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
  private final int threads;

  /// @param threads each with clients of its own and an equal share of the partitions
  ConsumeProduceLoop(KafkaOptions kafka, int partitions, int threads) {
    if (partitions % threads != 0) {
      throw new IllegalArgumentException(
          partitions + " partitions have no equal shares for " + threads + " threads");
    }
    this.kafka = kafka;
    this.partitions = partitions;
    this.threads = threads;
  }

  /// Takes all records of `in` to `out`.
  ///
  /// @param records how many there are, as many in each partition
  /// @param valueBytes size of the values written
  /// @return how many were taken
  int run(String in, String out, int records, int valueBytes)
      throws InterruptedException, ExecutionException {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Integer>> shares = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int share = i;
        shares.add(pool.submit(() -> carry(in, out, share, records / threads, valueBytes)));
      }
      int done = 0;
      for (Future<Integer> one : shares) {
        done += one.get();
      }
      return done;
    }
  }

  private int carry(String in, String out, int share, int records, int valueBytes) {
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
          IntStream.range(0, partitions)
              .filter(p -> p % threads == share)
              .mapToObj(p -> new TopicPartition(in, p))
              .toList());
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
      return done;
    }
  }
}
