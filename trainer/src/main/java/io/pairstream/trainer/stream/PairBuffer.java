package io.pairstream.trainer.stream;

import io.pairstream.trainer.stream.PairStream.Delivery;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Batches between the thread that reads them, partition by partition, and the one that trains, in
/// the order of their numbers. Safe for these two threads.
final class PairBuffer {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All guarded by the lock. The reader adds to `ready` and sets `failure`; the trainer moves
  // `next` on.
  private final Map<Long, Delivery> ready = new HashMap<>();
  private long next;
  private @Nullable RuntimeException failure;

  /// @param next the number that is taken first
  PairBuffer(long next) {
    this.next = next;
  }

  /// The number that is taken next.
  long next() {
    lock.lock();
    try {
      return next;
    } finally {
      lock.unlock();
    }
  }

  void put(long number, Delivery delivery) {
    lock.lock();
    try {
      ready.put(number, delivery);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Makes [#take] fail from now on, even if batches are left: the reader is gone.
  void fail(RuntimeException cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The next batch; [Delivery.Nothing] if it does not come in time.
  Delivery take(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (true) {
        requireReader();
        Delivery delivery = ready.remove(next);
        if (delivery != null) {
          next++;
          return delivery;
        }
        if (left <= 0) {
          return new Delivery.Nothing();
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Throws what the reader failed with, if it did.
  void requireReader() {
    lock.lock();
    try {
      RuntimeException broken = failure;
      if (broken != null) {
        throw broken;
      }
    } finally {
      lock.unlock();
    }
  }
}
