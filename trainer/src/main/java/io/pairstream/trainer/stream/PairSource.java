package io.pairstream.trainer.stream;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.metrics.Tally;
import io.pairstream.run.RejectionLog;
import io.pairstream.run.RunSpec;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;

/// The batches of RUN.pairs, in the order of their numbers, round robin over the partitions.
public final class PairSource implements PairStream, AutoCloseable {
  private static final Duration CLOSE = Duration.ofSeconds(10);

  /// @param kafka where the broker is
  /// @param topics of the run
  /// @param trainer its name, the static member of its group
  /// @param prefetch how many batches are read ahead
  /// @param gapTimeout how long a missing batch is waited for while later ones come
  public record SourceOptions(
      KafkaOptions kafka, Topics topics, String trainer, int prefetch, Duration gapTimeout) {
    public SourceOptions {
      if (prefetch < 1) {
        throw new IllegalArgumentException("--prefetch " + prefetch + " is not at least 1");
      }
      if (gapTimeout.isNegative() || gapTimeout.isZero()) {
        throw new IllegalArgumentException("--gap-timeout " + gapTimeout + " is not positive");
      }
    }
  }

  private final PairBuffer buffer;
  private final RejectionLog rejections;
  private final PairReader reader;
  private final Thread thread;

  /// Begins to read.
  ///
  /// @param next the first number to take, at least that of `start`
  public PairSource(
      SourceOptions options, RunSpec spec, StartingPoint start, long next, Tally tally) {
    buffer = new PairBuffer(next);
    rejections = new RejectionLog(options.kafka(), options.topics());
    Consumer<byte[], byte[]> consumer = PairReader.consumer(options, spec);
    tally.show(new KafkaClientMetrics(consumer));
    PairReader.Outlets outlets = new PairReader.Outlets(rejections::add, tally);
    reader = new PairReader(options, spec, start, buffer, outlets, consumer);
    thread = Thread.ofPlatform().name("pair-reader").daemon().start(reader);
  }

  @Override
  public Delivery next(Duration patience) throws InterruptedException {
    Delivery delivery = buffer.take(patience);
    reader.roomMade();
    return delivery;
  }

  @Override
  public void commit(long next) throws InterruptedException {
    Future<Boolean> done = reader.askCommit(next);
    while (true) {
      try {
        done.get(1, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        // The broker may be away for any time, but the reader must be there.
        buffer.requireReader();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  @Override
  public void close() {
    reader.stop();
    try {
      thread.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    rejections.close();
  }
}
