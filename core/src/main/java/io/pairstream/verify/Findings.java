package io.pairstream.verify;

import io.pairstream.clip.BatchId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What was found: all of it counted, the first ones kept, so that a run that has hardly begun can
/// be read in little room.
final class Findings {
  static final int KEPT = 10_000;

  private final List<Finding> kept = new ArrayList<>();
  private final Set<BatchId> gaps = new HashSet<>();
  private final Set<BatchId> copies = new HashSet<>();
  private @Nullable BatchId latestMissing;
  private @Nullable BatchId latestTwice;
  private long missing;
  private long duplicates;
  private long corrupt;
  private long total;

  /// Takes one. Those of kind [Finding.Missing] and [Finding.TrainedTwice] come in the order of
  /// their batches, after all others.
  void add(Finding finding) {
    total++;
    if (kept.size() < KEPT) {
      kept.add(finding);
    }
    switch (finding) {
      case Finding.Missing one -> {
        missing += !one.id().equals(latestMissing) && !gaps.contains(one.id()) ? 1 : 0;
        latestMissing = one.id();
      }
      case Finding.Gap one -> missing += gaps.add(one.expected()) ? 1 : 0;
      case Finding.TrainedTwice one -> {
        duplicates += !one.id().equals(latestTwice) && !copies.contains(one.id()) ? 1 : 0;
        latestTwice = one.id();
      }
      case Finding.UntoldCopy one -> duplicates += copies.add(one.id()) ? 1 : 0;
      case Finding.Corrupt _, Finding.Disagreement _ -> corrupt++;
    }
  }

  List<Finding> kept() {
    return kept;
  }

  /// How many there are.
  long total() {
    return total;
  }

  /// Batches that are missing somewhere.
  long missing() {
    return missing;
  }

  /// Batches that are somewhere twice.
  long duplicates() {
    return duplicates;
  }

  long corrupt() {
    return corrupt;
  }
}
