package io.pairstream.journal;

import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.run.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Writes one instance's messages to RUN.progress, one small record each.
///
/// Safe for several threads.
public final class JournalWriter implements Journal, AutoCloseable {
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final String runId;
  private final Instance instance;

  /// Batches told of for the first time.
  private final AtomicLong batches = new AtomicLong();

  public JournalWriter(KafkaOptions kafka, Topics topics, String runId, Instance instance) {
    this.producer =
        new KafkaProducer<>(
            kafka.producer(0), new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = topics.progress();
    this.runId = runId;
    this.instance = instance;
  }

  /// Waits as long as it takes until the broker has all of them.
  ///
  /// @throws IllegalStateException if the broker refuses one
  @Override
  public void append(List<Event> events) throws InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (Event event : events) {
      sent.add(send(event));
      if (event.message() instanceof Message.Batch batch && !batch.again()) {
        batches.incrementAndGet();
      }
    }
    for (Future<RecordMetadata> one : sent) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("the journal " + topic + " was not written", e.getCause());
      }
    }
  }

  /// Sends a message that is of no use to the proof, without waiting.
  public void post(Message message) {
    send(Event.now(message));
  }

  /// How many batches it told of, those told again left out.
  public long batches() {
    return batches.get();
  }

  /// Tells the last messages of a process, if that is possible in a few seconds: a broker that is
  /// gone must not keep a process that ends.
  void farewell(List<Message> messages) {
    Thread teller =
        Thread.ofPlatform()
            .name("journal-farewell")
            .daemon()
            .start(() -> {
              try {
                append(messages.stream().map(Event::now).toList());
              } catch (InterruptedException | IllegalStateException | KafkaException e) {
                // Whoever misses it sees that the process is gone.
                return;
              }
            });
    boolean interrupted = Thread.interrupted();
    try {
      teller.join(FAREWELL);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    teller.interrupt();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Future<RecordMetadata> send(Event event) {
    JournalEntry entry = new JournalEntry(instance, runId, event);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, 0, entry.key(), entry.value());
    entry.addTo(record.headers());
    return producer.send(record);
  }

  /// Gives up what has not arrived within a few seconds.
  @Override
  public void close() {
    producer.close(FAREWELL);
  }
}
