package io.pairstream.trainer.stream;

import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.CommittedNext;
import io.pairstream.run.RunSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Where a trainer begins to read RUN.pairs.
///
/// @param next the number of the first batch that it takes
/// @param offsets by partition, where to read from; what comes before `next` there are copies
/// @param registered whether the trainer has committed before
public record StartingPoint(long next, List<Long> offsets, boolean registered) {
  private static final long REACH_SECONDS = 20;

  public StartingPoint {
    offsets = List.copyOf(offsets);
  }

  /// Asks the broker: a trainer that has committed goes on there; a new one begins at the beginning
  /// of the run, or where that is deleted already, at the commit of the slowest other one.
  ///
  /// @throws ServiceException (3) if the broker does not answer, (4) if the beginning is gone and
  ///   no other trainer has committed
  public static StartingPoint find(KafkaOptions kafka, Topics topics, RunSpec spec, String trainer)
      throws InterruptedException {
    try (Admin admin = Admin.create(kafka.admin())) {
      Optional<StartingPoint> own = committed(admin, topics, spec, trainer, true);
      if (own.isPresent()) {
        return own.get();
      }
      List<Long> beginnings = beginnings(admin, topics, spec);
      if (beginnings.stream().allMatch(offset -> offset == 0)) {
        return new StartingPoint(0, beginnings, false);
      }
      List<StartingPoint> others = new ArrayList<>();
      for (String other : spec.trainers()) {
        committed(admin, topics, spec, other, false).ifPresent(others::add);
      }
      return others.stream()
          .min((a, b) -> Long.compare(a.next, b.next))
          .orElseThrow(() ->
              ServiceException.badInput(
                  "the first batches of "
                      + topics.pairs()
                      + " are deleted and no other trainer says where to begin: "
                      + "make them again with produce --from 0/0, or delete the run with --fresh"));
    } catch (ExecutionException | java.util.concurrent.TimeoutException | KafkaException e) {
      throw ServiceException.environment(
          "no Kafka broker answers at " + kafka.bootstrapServers(), e);
    }
  }

  /// What a trainer has committed; empty unless it has for every partition.
  private static Optional<StartingPoint> committed(
      Admin admin, Topics topics, RunSpec spec, String trainer, boolean own)
      throws ExecutionException, InterruptedException, java.util.concurrent.TimeoutException {
    Map<TopicPartition, OffsetAndMetadata> commits =
        admin
            .listConsumerGroupOffsets(topics.trainerGroup(trainer))
            .partitionsToOffsetAndMetadata()
            .get(REACH_SECONDS, TimeUnit.SECONDS);
    List<Long> offsets = new ArrayList<>();
    long next = Long.MAX_VALUE;
    for (TopicPartition partition : partitions(topics, spec)) {
      OffsetAndMetadata commit = commits.get(partition);
      Optional<CommittedNext> parsed =
          commit == null
              ? Optional.empty()
              : CommittedNext.parse(commit.offset(), commit.metadata());
      if (parsed.isEmpty()) {
        return Optional.empty();
      }
      offsets.add(parsed.get().offset());
      // The lowest next number of a partition is the next one of all.
      next = Math.min(next, parsed.get().next());
    }
    return Optional.of(new StartingPoint(next, offsets, own));
  }

  private static List<Long> beginnings(Admin admin, Topics topics, RunSpec spec)
      throws ExecutionException, InterruptedException, java.util.concurrent.TimeoutException {
    List<TopicPartition> partitions = partitions(topics, spec);
    Map<TopicPartition, ListOffsetsResultInfo> found =
        admin
            .listOffsets(
                partitions.stream()
                    .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.earliest())))
            .all()
            .get(REACH_SECONDS, TimeUnit.SECONDS);
    List<Long> offsets = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      ListOffsetsResultInfo info = found.get(partition);
      offsets.add(info == null ? 0L : info.offset());
    }
    return offsets;
  }

  private static List<TopicPartition> partitions(Topics topics, RunSpec spec) {
    return IntStream.range(0, spec.content().partitions())
        .mapToObj(p -> new TopicPartition(topics.pairs(), p))
        .toList();
  }
}
