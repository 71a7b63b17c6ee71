package io.pairstream.producer;

import io.pairstream.config.Topics;
import io.pairstream.run.CommittedNext;
import io.pairstream.run.RunSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// Deletes what every trainer has committed from RUN.clips and RUN.pairs, down to the credit's
/// window: a partition keeps its last W records, so that people can still look at them, and at
/// least its last one, which tells a restarted producer where it was.
///
/// [#arrived] is called by the sender's thread, [#deleteBelow] by `flow-control`.
final class Retention {
  private final Admin admin;
  private final Topics topics;
  private final int partitions;
  private final long window;

  /// By partition; used by both threads.
  private final List<SentOffsets> sent = new ArrayList<>();

  /// Up to where was deleted; owned by `flow-control`.
  private final Map<TopicPartition, Long> deleted = new HashMap<>();

  Retention(Admin admin, Topics topics, RunSpec spec) {
    this.admin = admin;
    this.topics = topics;
    this.partitions = spec.content().partitions();
    this.window = spec.credit().window();
    for (int p = 0; p < partitions; p++) {
      sent.add(new SentOffsets());
    }
  }

  void arrived(int partition, long number, long offset) {
    sent.get(partition).add(number, offset);
  }

  /// Deletes what lies before these commits, as far as it exceeds the window.
  ///
  /// @param lowest by partition, the lowest commit of all trainers on RUN.pairs
  /// @throws ExecutionException if the broker does not answer: ask again
  void deleteBelow(List<CommittedNext> lowest) throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> ends = ends();
    Map<TopicPartition, OffsetAndMetadata> augmented =
        admin
            .listConsumerGroupOffsets(topics.augmenterGroup())
            .partitionsToOffsetAndMetadata()
            .get();
    Map<TopicPartition, RecordsToDelete> delete = new HashMap<>();
    for (int p = 0; p < partitions; p++) {
      TopicPartition pairs = new TopicPartition(topics.pairs(), p);
      plan(delete, pairs, Math.min(lowest.get(p).offset(), keptFrom(ends, pairs)));
      TopicPartition clips = new TopicPartition(topics.clips(), p);
      OffsetAndMetadata read = augmented.get(clips);
      // What the augmenter has not committed it may read again.
      long unread = read == null ? 0 : read.offset();
      long untrained = sent.get(p).noneBefore(lowest.get(p).next());
      plan(delete, clips, Math.min(Math.min(unread, untrained), keptFrom(ends, clips)));
    }
    if (!delete.isEmpty()) {
      admin.deleteRecords(delete).all().get();
      delete.forEach((partition, before) -> deleted.put(partition, before.beforeOffset()));
    }
  }

  private long keptFrom(Map<TopicPartition, Long> ends, TopicPartition partition) {
    return ends.getOrDefault(partition, 0L) - window;
  }

  private void plan(
      Map<TopicPartition, RecordsToDelete> delete, TopicPartition partition, long before) {
    if (before > deleted.getOrDefault(partition, 0L)) {
      delete.put(partition, RecordsToDelete.beforeOffset(before));
    }
  }

  private Map<TopicPartition, Long> ends() throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int p = 0; p < partitions; p++) {
      asked.put(new TopicPartition(topics.clips(), p), OffsetSpec.latest());
      asked.put(new TopicPartition(topics.pairs(), p), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
        admin.listOffsets(asked).all().get().entrySet()) {
      ends.put(end.getKey(), end.getValue().offset());
    }
    return ends;
  }
}
