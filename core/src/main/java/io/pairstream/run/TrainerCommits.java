package io.pairstream.run;

import io.pairstream.config.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// What the trainers of a run have committed on RUN.pairs, partition by partition.
///
/// @param lowest by partition, the lowest offset and next number over all trainers; empty as long
///   as one of them has not registered
public record TrainerCommits(Optional<List<CommittedNext>> lowest) {

  /// Asks the broker once for all trainers.
  ///
  /// @throws ExecutionException if the broker does not answer: ask again
  public static TrainerCommits read(Admin admin, Topics topics, RunSpec spec)
      throws ExecutionException, InterruptedException {
    int partitions = spec.content().partitions();
    Map<String, ListConsumerGroupOffsetsSpec> groups = new HashMap<>();
    for (String trainer : spec.trainers()) {
      groups.put(topics.trainerGroup(trainer), new ListConsumerGroupOffsetsSpec());
    }
    ListConsumerGroupOffsetsResult result = admin.listConsumerGroupOffsets(groups);
    List<CommittedNext> lowest = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      lowest.add(new CommittedNext(Long.MAX_VALUE, Long.MAX_VALUE));
    }
    for (String group : groups.keySet()) {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          result.partitionsToOffsetAndMetadata(group).get();
      for (int p = 0; p < partitions; p++) {
        OffsetAndMetadata commit = offsets.get(new TopicPartition(topics.pairs(), p));
        Optional<CommittedNext> parsed =
            commit == null
                ? Optional.empty()
                : CommittedNext.parse(commit.offset(), commit.metadata());
        if (parsed.isEmpty()) {
          return new TrainerCommits(Optional.empty());
        }
        CommittedNext other = lowest.get(p);
        lowest.set(
            p,
            new CommittedNext(
                Math.min(other.offset(), parsed.get().offset()),
                Math.min(other.next(), parsed.get().next())));
      }
    }
    return new TrainerCommits(Optional.of(List.copyOf(lowest)));
  }
}
