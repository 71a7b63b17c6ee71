package io.pairstream.verify;

import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.journal.JournalReader;
import io.pairstream.run.RunSpec;
import io.pairstream.run.TopicScan;
import io.pairstream.wire.RecordHeaders;
import java.util.List;

/// The result of reading a whole run: its journal, joined with what its topics still hold.
///
/// @param found how many findings there are
/// @param findings what is wrong, the first 10,000
public record Verification(Counts counts, long found, List<Finding> findings) {
  /// What was counted.
  ///
  /// @param batches of the run
  /// @param clips that the first trainer has trained on
  /// @param skipped batches that were passed on without data
  /// @param missing batches that a service never told of, or that a topic leaves out
  /// @param duplicates batches that were trained on twice, or of which there are copies that nobody
  ///   told of
  /// @param corrupt records that cannot be read or are not what the journal tells of
  /// @param copies of held records, harmless further appearances (a restarted service sends again)
  /// @param held records that RUN.clips and RUN.pairs still hold; the others were deleted once
  ///   every trainer had committed them
  public record Counts(
      long batches,
      long clips,
      long skipped,
      long missing,
      long duplicates,
      long corrupt,
      long copies,
      long held) {
    /// Whether nothing is missing, twice or corrupt.
    public boolean whole() {
      return missing == 0 && duplicates == 0 && corrupt == 0;
    }
  }

  public Verification {
    findings = List.copyOf(findings);
  }

  /// Reads RUN.clips and RUN.pairs as they are now, and then RUN.progress: what is in the topics of
  /// a running run has been told of by then.
  public static Verification of(KafkaOptions kafka, Topics topics, RunSpec spec) {
    Findings findings = new Findings();
    TopicView clips = new TopicView(RecordHeaders.CLIPS, spec, findings);
    TopicView pairs = new TopicView(RecordHeaders.PAIRS, spec, findings);
    try (TopicScan scan = new TopicScan(kafka, spec.pairRecordBytes())) {
      scan.forEach(topics.clips(), spec.content().partitions(), clips::add);
      scan.forEach(topics.pairs(), spec.content().partitions(), pairs::add);
    }
    JournalView journal = new JournalView(spec, topics.progress(), findings);
    try (JournalReader reader = new JournalReader(kafka, topics)) {
      reader.toEnd(journal::add);
    }
    return of(spec, clips, pairs, journal, findings);
  }

  static Verification of(
      RunSpec spec, TopicView clips, TopicView pairs, JournalView journal, Findings findings) {
    clips.join(journal);
    pairs.join(journal);
    journal.check();
    return new Verification(
        new Counts(
            spec.order().total(),
            journal.clips(),
            journal.skipped(),
            findings.missing(),
            findings.duplicates(),
            findings.corrupt(),
            clips.copies() + pairs.copies(),
            clips.records() + pairs.records()),
        findings.total(),
        findings.kept());
  }

  /// Whether every batch was trained on exactly once by every trainer and nothing else was found.
  public boolean whole() {
    return findings.isEmpty();
  }
}
