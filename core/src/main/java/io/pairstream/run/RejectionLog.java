package io.pairstream.run;

import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Writes RUN.rejected. Safe for several threads.
public final class RejectionLog implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;

  public RejectionLog(KafkaOptions kafka, Topics topics) {
    producer =
        new KafkaProducer<>(
            kafka.producer(0), new ByteArraySerializer(), new ByteArraySerializer());
    topic = topics.rejected();
  }

  /// Sends without waiting; [#close] waits.
  public void add(Rejection rejection) {
    producer.send(new ProducerRecord<>(topic, 0, null, rejection.toJson()));
  }

  @Override
  public void close() {
    producer.close();
  }
}
