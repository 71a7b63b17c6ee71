package io.pairstream.producer;

import io.pairstream.config.Topics;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.CommittedNext;
import io.pairstream.run.Credit;
import io.pairstream.run.RunSpec;
import io.pairstream.run.TrainerCommits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds the producer back while the trainers are behind, and has deleted what they no longer need.
///
/// Credit is per partition: a batch may be sent while fewer than W batches of its partition lie
/// above the lowest next number that any trainer has committed. Until every trainer has registered,
/// it counts from the start and nothing is deleted.
final class FlowControl implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlowControl.class);

  private final Admin admin;
  private final Topics topics;
  private final RunSpec spec;
  private final BatchOrder order;
  private final Credit credit;
  private final Retention retention;
  private final Duration period;
  private final Thread thread;

  /// By partition, the lowest next number; written by `flow-control`, guarded by this.
  private final long[] lowestNext;

  /// Whether all trainers have committed; written by `flow-control`, guarded by this.
  private boolean registered;

  /// What ended `flow-control`; written by it, guarded by this.
  private Optional<Throwable> failure = Optional.empty();

  /// @param admin stays the caller's
  /// @param period from one question to the next
  FlowControl(Admin admin, Topics topics, RunSpec spec, Duration period) {
    this.admin = admin;
    this.topics = topics;
    this.spec = spec;
    this.order = spec.order();
    this.credit = spec.credit();
    this.retention = new Retention(admin, topics, spec);
    this.period = period;
    this.lowestNext = new long[order.partitions()];
    for (int p = 0; p < lowestNext.length; p++) {
      lowestNext[p] = order.first(p);
    }
    this.thread = Thread.ofPlatform().name("flow-control").daemon().unstarted(this::watch);
  }

  void start() {
    thread.start();
  }

  /// Tells that a batch of RUN.clips has arrived.
  void arrived(int partition, long number, long offset) {
    retention.arrived(partition, number, offset);
  }

  synchronized boolean maySend(long number) {
    requireAlive();
    return credit.maySend(number, lowestNext[order.partition(number)]);
  }

  /// Waits until the trainers have got far enough.
  synchronized void awaitCredit(long number) throws InterruptedException {
    while (!maySend(number)) {
      wait();
    }
  }

  /// Waits until every trainer has committed the last batch of every partition.
  synchronized void awaitTrained() throws InterruptedException {
    while (!trained()) {
      wait();
      requireAlive();
    }
  }

  private boolean trained() {
    for (long next : lowestNext) {
      if (!order.finished(next)) {
        return false;
      }
    }
    return registered;
  }

  private void requireAlive() {
    failure.ifPresent(cause -> {
      throw new IllegalStateException("flow control has ended", cause);
    });
  }

  private void watch() {
    boolean answered = true;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        look();
        answered = true;
        Thread.sleep(period);
      } catch (ExecutionException e) {
        // The broker is away or busy: what is known stays true, trainers only go forward.
        if (answered) {
          LOG.warn("the broker does not tell how far the trainers are: {}", e.getMessage());
        }
        answered = false;
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        fail(e);
        return;
      }
    }
  }

  private void look() throws ExecutionException, InterruptedException {
    Optional<List<CommittedNext>> lowest = TrainerCommits.read(admin, topics, spec).lowest();
    if (lowest.isPresent()) {
      update(lowest.get());
      retention.deleteBelow(lowest.get());
    }
  }

  private synchronized void update(List<CommittedNext> lowest) {
    registered = true;
    for (int p = 0; p < lowestNext.length; p++) {
      lowestNext[p] = lowest.get(p).next();
    }
    notifyAll();
  }

  private synchronized void fail(Throwable cause) {
    failure = Optional.of(cause);
    notifyAll();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
