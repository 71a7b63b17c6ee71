package io.pairstream.benchmarks.transport;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// Times a topic's growth from outside.
final class OutputWatch {
  private static final long PATIENCE_SECONDS = 300;

  private final Admin admin;
  private final Map<TopicPartition, OffsetSpec> ends = new HashMap<>();

  OutputWatch(Admin admin, String topic, int partitions) {
    this.admin = admin;
    for (int p = 0; p < partitions; p++) {
      ends.put(new TopicPartition(topic, p), OffsetSpec.latest());
    }
  }

  /// Records a second, between the appearance of the one after the untimed ones and of the last.
  double recordsPerSecond(int untimed, int records)
      throws ExecutionException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    long first = 0;
    long seenFirst = 0;
    while (System.nanoTime() < deadline) {
      long seen = count();
      long now = System.nanoTime();
      if (seen >= records) {
        return (records - seenFirst) / ((now - first) / 1e9);
      }
      if (seen > untimed && first == 0) {
        first = now;
        seenFirst = seen;
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new IllegalStateException("not all records came within " + PATIENCE_SECONDS + " s");
  }

  /// Waits until every partition of a new topic is served: before, the first record of an
  /// idempotent producer may be refused and its second one accepted, and then the first one never
  /// is.
  void awaitServed() throws InterruptedException {
    while (true) {
      try {
        count();
        return;
      } catch (ExecutionException e) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  private long count() throws ExecutionException, InterruptedException {
    return admin.listOffsets(ends).all().get().values().stream()
        .mapToLong(end -> end.offset())
        .sum();
  }
}
