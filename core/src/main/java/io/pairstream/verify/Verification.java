package io.pairstream.verify;

import io.pairstream.clip.BatchId;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.ops.Report;
import io.pairstream.run.LedgerEntry;
import io.pairstream.run.RunSpec;
import io.pairstream.run.TopicScan;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.RecordHeaders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The result of reading a whole run: its ledger, joined with what its topics still hold.
///
/// @param batches of the run
/// @param clips that the first trainer has trained on
/// @param skipped batches that were passed on without data
/// @param held records that RUN.clips and RUN.pairs still hold; the others were deleted once every
///   trainer had committed them
/// @param copies of them, harmless further appearances (a restarted service sends again)
/// @param findings what is wrong
public record Verification(
    long batches, long clips, long skipped, long held, long copies, List<Finding> findings) {
  public Verification {
    findings = List.copyOf(findings);
  }

  /// Reads RUN.progress, RUN.clips and RUN.pairs as they are now.
  public static Verification of(KafkaOptions kafka, Topics topics, RunSpec spec) {
    LedgerView ledger = new LedgerView(spec);
    List<Finding> findings = new ArrayList<>();
    TopicView clips = new TopicView(RecordHeaders.CLIPS, spec, ledger);
    TopicView pairs = new TopicView(RecordHeaders.PAIRS, spec, ledger);
    try (TopicScan scan = new TopicScan(kafka, spec.pairRecordBytes())) {
      scan.forEach(
          topics.progress(),
          1,
          record -> {
            try {
              ledger.add(LedgerEntry.fromJson(record.value()));
            } catch (MalformedRecordException e) {
              findings.add(
                  new Finding.Corrupt(
                      new Finding.Place(record.topic(), record.partition(), record.offset()),
                      String.valueOf(e.getMessage())));
            }
          });
      scan.forEach(topics.clips(), spec.content().partitions(), clips::add);
      scan.forEach(topics.pairs(), spec.content().partitions(), pairs::add);
    }
    findings.addAll(ledger.check());
    findings.addAll(clips.findings());
    findings.addAll(pairs.findings());
    List<LedgerEntry> trained = ledger.trained(spec.trainers().getFirst());
    return new Verification(
        spec.order().total(),
        trained.stream().mapToLong(LedgerEntry::clips).sum(),
        trained.stream().filter(LedgerEntry::skipped).count(),
        clips.records() + pairs.records(),
        clips.copies() + pairs.copies(),
        findings);
  }

  /// Batches that a service never told of, or that a topic leaves out.
  public long missing() {
    Set<BatchId> missing = new HashSet<>();
    for (Finding finding : findings) {
      switch (finding) {
        case Finding.Missing one -> missing.add(one.id());
        case Finding.Gap one -> missing.add(one.expected());
        case Finding.TrainedTwice _, Finding.UntoldCopy _ -> {}
        case Finding.Corrupt _, Finding.Disagreement _ -> {}
      }
    }
    return missing.size();
  }

  /// Batches that were trained on twice, or of which there are copies that nobody told of.
  public long duplicates() {
    Set<BatchId> duplicates = new HashSet<>();
    for (Finding finding : findings) {
      switch (finding) {
        case Finding.TrainedTwice one -> duplicates.add(one.id());
        case Finding.UntoldCopy one -> duplicates.add(one.id());
        case Finding.Missing _, Finding.Gap _ -> {}
        case Finding.Corrupt _, Finding.Disagreement _ -> {}
      }
    }
    return duplicates.size();
  }

  /// Records that cannot be read or are not what the ledger tells of.
  public long corrupt() {
    return findings.stream()
        .filter(one -> one instanceof Finding.Corrupt || one instanceof Finding.Disagreement)
        .count();
  }

  /// Whether every batch was trained on exactly once by every trainer and nothing else was found.
  public boolean whole() {
    return findings.isEmpty();
  }

  public void addTo(Report report) {
    report
        .put("batches", batches)
        .put("clips", clips)
        .put("skipped", skipped)
        .put("missing", missing())
        .put("duplicates", duplicates())
        .put("corrupt", corrupt())
        .put("copies", copies)
        .put("held", held);
  }
}
