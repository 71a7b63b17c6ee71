package io.pairstream.trainer;

import io.pairstream.clip.BatchId;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.run.LedgerEntry;
import io.pairstream.run.TopicScan;
import io.pairstream.wire.MalformedRecordException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which lines of a checkpoint a killed trainer could not write any more.
final class LedgerTail {
  private LedgerTail() {}

  /// Those of `lines`, all of one trainer, that RUN.progress does not hold.
  static List<LedgerEntry> missing(KafkaOptions kafka, Topics topics, List<LedgerEntry> lines) {
    if (lines.isEmpty()) {
      return lines;
    }
    LedgerEntry first = lines.getFirst();
    Set<BatchId> told = new HashSet<>();
    try (TopicScan scan = new TopicScan(kafka, 0)) {
      scan.forEach(
          topics.progress(),
          1,
          record -> {
            try {
              LedgerEntry line = LedgerEntry.fromJson(record.value());
              if (line.key().equals(first.key()) && line.runId().equals(first.runId())) {
                told.add(line.id());
              }
            } catch (MalformedRecordException e) {
              // Not a line of this trainer, in any case.
              return;
            }
          });
    }
    return lines.stream().filter(line -> !told.contains(line.id())).toList();
  }
}
