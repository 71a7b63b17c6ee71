package io.pairstream.run;

import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Writes RUN.progress: one small JSON record a batch, durable when [#append] returns.
///
/// Safe for several threads.
public final class Ledger implements AutoCloseable {
  private final KafkaProducer<String, byte[]> producer;
  private final String topic;

  public Ledger(KafkaOptions kafka, Topics topics) {
    producer =
        new KafkaProducer<>(kafka.producer(0), new StringSerializer(), new ByteArraySerializer());
    topic = topics.progress();
  }

  /// Writes lines in their order and waits until the broker has all of them.
  ///
  /// @throws IllegalStateException if the broker refuses one
  public void append(List<LedgerEntry> entries) throws InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (LedgerEntry entry : entries) {
      sent.add(producer.send(new ProducerRecord<>(topic, 0, entry.key(), entry.toJson())));
    }
    for (Future<RecordMetadata> one : sent) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("the ledger " + topic + " was not written", e.getCause());
      }
    }
  }

  /// The serialized key of a line, for a service that writes the ledger by its own means.
  public static byte[] keyBytes(LedgerEntry entry) {
    return entry.key().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close();
  }
}
